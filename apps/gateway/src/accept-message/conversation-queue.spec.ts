import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { BusUnavailableError, MessageBus, type OutgoingMessage, type Transport } from '#bus';
import { type UserMessage } from '#contracts';
import { type GatewaySettings } from '../settings/gateway.settings.js';
import { ConversationQueue, type TurnResult } from './conversation-queue.service.js';

/** A transport with which the test decides when and how each publication is confirmed. */
class HeldTransport implements Transport {
  readonly inbox = 'inbox-of-the-test';
  readonly sent: { message: UserMessage; confirm: () => void; fail: (error: Error) => void }[] = [];

  publish({ body }: OutgoingMessage): Promise<void> {
    const { data } = JSON.parse(body.toString()) as { data: UserMessage };
    return new Promise((confirm, fail) => this.sent.push({ message: data, confirm, fail }));
  }
  open(): void {}
  problem(): undefined {}
  consume(): void {}
  consumeInbox(): void {}
  async bindInbox(): Promise<void> {}
  async unbindInbox(): Promise<void> {}
  async close(): Promise<void> {}

  get ids(): string[] {
    return this.sent.map(({ message }) => message.messageId);
  }
}

const TURN_TIMEOUT_MS = 30_000;
const limits = { TURN_TIMEOUT_MS, MAX_TURNS_IN_FLIGHT: 100, MAX_WAITING_PER_CONVERSATION: 3 };

const message = (messageId: string, conversationId = 'ann'): UserMessage => ({
  messageId,
  conversationId,
  text: `text of ${messageId}`,
  channel: { input: 'rest', output: 'collector' },
  sentAt: '2026-01-01T00:00:00.000Z',
});

const turnOf = (messageId: string, conversationId = 'ann') => ({ conversationId, messageId, turn: 1, messages: [] });

/** Waits until all promises that can settle have settled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function start(settings: Partial<GatewaySettings> = {}) {
  const line = new HeldTransport();
  const queue = new ConversationQueue(new MessageBus('gateway', line), { ...limits, ...settings } as GatewaySettings);
  const results = new Map<string, TurnResult>();
  const submit = (messageId: string, conversationId?: string): void => {
    void queue.submit(message(messageId, conversationId)).then((result) => results.set(messageId, result));
  };
  return { line, queue, results, submit };
}

describe('ConversationQueue', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('has one turn of a conversation in flight and sends the next message after the answer', async () => {
    const { line, queue, results, submit } = start();
    submit('m1');
    submit('m2');
    submit('m3');
    line.sent[0]?.confirm();
    await settled();
    expect(line.ids).toEqual(['m1']);
    queue.completed(turnOf('m1'));
    expect(line.ids).toEqual(['m1', 'm2']);
    await settled();
    expect(results.get('m1')).toEqual({ kind: 'completed', turn: turnOf('m1') });
    expect(results.has('m2')).toBe(false);
  });

  it('does not let one conversation delay another', () => {
    const { line, submit } = start();
    submit('m1', 'ann');
    submit('m2', 'ann');
    submit('m3', 'bob');
    expect(line.ids).toEqual(['m1', 'm3']);
  });

  it('runs other work exclusively, between the turns of its conversation', async () => {
    const { line, queue, submit } = start();
    submit('m1');
    let finish: () => void = () => undefined;
    const work = jest.fn(() => new Promise<string>((resolve) => (finish = () => resolve('done'))));
    const done = queue.alone('ann', work);
    submit('m2');
    await settled();
    expect(work).not.toHaveBeenCalled();
    queue.completed(turnOf('m1'));
    await settled();
    expect([work.mock.calls.length, line.ids]).toEqual([1, ['m1']]);
    finish();
    expect(await done).toEqual({ kind: 'done', result: 'done' });
    expect(line.ids).toEqual(['m1', 'm2']);
  });

  it('continues after work that failed', async () => {
    const { line, queue, submit } = start();
    await expect(queue.alone('ann', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    submit('m1');
    expect(line.ids).toEqual(['m1']);
  });

  it('refuses work under the same conditions as messages: when too many wait, and while it is closed', async () => {
    const { queue, results, submit } = start();
    for (const id of ['m1', 'm2', 'm3', 'm4']) submit(id);
    const work = jest.fn(() => Promise.resolve());
    expect(await queue.alone('ann', work)).toMatchObject({ kind: 'refused', cause: 'too-many' });
    queue.close('No model.');
    submit('m5', 'bob');
    const refused = { kind: 'refused', cause: 'unavailable', reason: 'No model.' };
    expect([await queue.alone('bob', work), results.get('m5')]).toEqual([refused, refused]);
    expect(work).not.toHaveBeenCalled();
  });

  it('publishes where the answer shall arrive', () => {
    const line = new HeldTransport();
    let envelope: unknown;
    line.publish = ({ body }) => {
      envelope = JSON.parse(body.toString());
      return Promise.resolve();
    };
    void new ConversationQueue(new MessageBus('gateway', line), limits as GatewaySettings).submit(message('m1'));
    expect(envelope).toMatchObject({ type: 'message.received.v1', subject: 'ann', replykey: 'inbox-of-the-test' });
  });

  it('accepts an answer that arrives before the broker’s confirmation', async () => {
    const { line, queue, results, submit } = start();
    submit('m1');
    queue.completed(turnOf('m1'));
    line.sent[0]?.confirm();
    await settled();
    expect(results.get('m1')).toMatchObject({ kind: 'completed' });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps an answer even if the broker’s confirmation is lost afterwards', async () => {
    const { line, queue, results, submit } = start();
    submit('m1');
    submit('m1');
    queue.completed(turnOf('m1'));
    line.sent[0]?.fail(new BusUnavailableError('not confirmed'));
    line.sent[1]?.confirm();
    await settled();
    expect(results.get('m1')).toMatchObject({ kind: 'completed' });
    expect(jest.getTimerCount()).toBe(1);
  });

  it('ignores answers to messages that nobody waits for', async () => {
    const { line, queue, results, submit } = start();
    submit('m1');
    line.sent[0]?.confirm();
    queue.completed(turnOf('m0'));
    queue.completed(turnOf('m1', 'bob'));
    queue.completed({ conversationId: 'ann', turn: 7, messages: [] });
    queue.delayed('ann', 'm0', 'late');
    await settled();
    expect(results.size).toBe(0);
  });

  it('reports that a message is delayed, and continues with the next', async () => {
    const { line, queue, results, submit } = start();
    submit('m1');
    submit('m2');
    line.sent[0]?.confirm();
    queue.delayed('ann', 'm1', 'the store is unavailable');
    await settled();
    expect(results.get('m1')).toEqual({ kind: 'delayed', reason: 'the store is unavailable' });
    expect(line.ids).toEqual(['m1', 'm2']);
  });

  it('stops waiting after the time limit, and continues with the next message', async () => {
    const { line, results, submit } = start();
    submit('m1');
    submit('m2');
    line.sent[0]?.confirm();
    await settled();
    jest.advanceTimersByTime(TURN_TIMEOUT_MS - 1);
    await settled();
    expect(results.size).toBe(0);
    jest.advanceTimersByTime(1);
    await settled();
    expect(results.get('m1')).toEqual({ kind: 'timed-out' });
    expect(line.ids).toEqual(['m1', 'm2']);
  });

  it('accepts the late answer to a message that timed out when the message is sent again', async () => {
    const { line, queue, results, submit } = start();
    submit('m1');
    line.sent[0]?.confirm();
    await settled();
    jest.advanceTimersByTime(TURN_TIMEOUT_MS);
    await settled();
    submit('m1');
    queue.completed(turnOf('m1'));
    await settled();
    expect(results.get('m1')).toMatchObject({ kind: 'completed' });
  });

  it('refuses a message that the broker did not accept, without naming hosts, and continues with the next', async () => {
    const { line, results, submit } = start();
    submit('m1');
    submit('m2');
    line.sent[0]?.fail(new BusUnavailableError('the broker is away: connect ECONNREFUSED 10.1.2.3:5672'));
    await settled();
    expect(results.get('m1')).toMatchObject({ kind: 'refused', cause: 'unavailable' });
    expect(JSON.stringify(results.get('m1'))).not.toContain('10.1.2.3');
    expect(line.ids).toEqual(['m1', 'm2']);
  });

  it('refuses messages beyond the limit of one conversation, with the reason', async () => {
    const { line, results, submit } = start();
    for (const id of ['m1', 'm2', 'm3', 'm4', 'm5']) submit(id);
    await settled();
    expect([...results.keys()]).toEqual(['m5']);
    expect(results.get('m5')).toMatchObject({ kind: 'refused', cause: 'too-many' });
    expect(results.get('m5')).toHaveProperty('reason', expect.stringContaining('conversation'));
    expect(line.ids).toEqual(['m1']);
  });

  it('refuses messages beyond the limit of the process, and accepts more when some are done', async () => {
    const { queue, line, results, submit } = start({ MAX_TURNS_IN_FLIGHT: 2 });
    submit('m1', 'ann');
    submit('m2', 'bob');
    submit('m3', 'cid');
    await settled();
    expect(results.get('m3')).toMatchObject({ kind: 'refused', cause: 'too-many' });
    queue.completed(turnOf('m1', 'ann'));
    submit('m4', 'dee');
    expect(line.ids).toEqual(['m1', 'm2', 'm4']);
  });

  it('keeps the order, gives every message exactly one result and leaks nothing in any sequence of events', async () => {
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant('submit' as const), conversation: fc.integer({ min: 0, max: 2 }) }),
      },
      fc.record({ do: fc.constantFrom('confirm', 'fail', 'complete', 'delay', 'tick'), which: fc.nat(40) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { line, queue, results, submit } = start({ MAX_TURNS_IN_FLIGHT: 8 });
        const submitted = new Map<string, string[]>();
        let count = 0;
        for (const each of steps) {
          if (each.do === 'submit') {
            const conversation = `c${each.conversation}`;
            const id = `m${count++}`;
            submitted.set(conversation, [...(submitted.get(conversation) ?? []), id]);
            submit(id, conversation);
          } else {
            const chosen = line.sent[each.which % Math.max(1, line.sent.length)];
            const { messageId = '', conversationId = '' } = chosen?.message ?? {};
            if (each.do === 'confirm') chosen?.confirm();
            else if (each.do === 'fail') chosen?.fail(new BusUnavailableError('away'));
            else if (each.do === 'complete') queue.completed(turnOf(messageId, conversationId));
            else if (each.do === 'delay') queue.delayed(conversationId, messageId, 'later');
            else jest.advanceTimersByTime(TURN_TIMEOUT_MS / 2);
          }
          await settled();
          for (const conversation of submitted.keys()) {
            const open = line.sent.filter(
              ({ message: { conversationId, messageId } }) =>
                conversationId === conversation && !results.has(messageId),
            );
            expect(open.length).toBeLessThanOrEqual(1);
          }
        }
        // Answers the open messages, one after the other.
        for (let i = 0; i < line.sent.length; i++) {
          const { messageId, conversationId } = line.sent[i]?.message ?? message('none');
          queue.completed(turnOf(messageId, conversationId));
          await settled();
        }
        expect(results.size).toBe(count);
        for (const [conversation, ids] of submitted) {
          const sent = line.sent.filter(({ message: { conversationId } }) => conversationId === conversation);
          const order = sent.map(({ message: { messageId } }) => ids.indexOf(messageId));
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
        expect(jest.getTimerCount()).toBe(0);
        const before = line.sent.length;
        for (let i = 0; i < 9; i++) submit(`fresh${i}`, `fresh conversation ${i}`);
        expect(line.sent.length - before).toBe(8);
      }),
      { numRuns: 60 },
    );
  });
});
