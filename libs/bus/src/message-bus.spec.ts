import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contracts, IncidentOpen, isEnvelope, MessageReceived, TurnCompleted, type Envelope } from '#contracts';
import { PermanentError } from './transport/errors.js';
import { HeldTransport } from './transport/held-transport.fixture.js';
import { MessageBus } from './message-bus.js';

const data = {
  messageId: 'm-1',
  conversationId: 'c-1',
  text: 'hello',
  channel: { input: 'rest', output: 'collector' },
  sentAt: new Date(0).toISOString(),
};
const turn = { conversationId: 'c-1', turn: 1, messages: [] };

function openBus() {
  const transport = new HeldTransport();
  const bus = new MessageBus('gateway', transport);
  bus.open();
  return { bus, transport };
}

async function published(options: Parameters<MessageBus['publish']>[2]): Promise<Envelope> {
  const { bus, transport } = openBus();
  await bus.publish(MessageReceived, data, options);
  return transport.bodies[0] as unknown as Envelope;
}

const word = fc.string({ minLength: 1, maxLength: 20 });

describe('The envelope of a published message', () => {
  it('starts a chain: its own id is the correlation id, and it has no cause', async () => {
    const envelope = await published({ conversationId: 'c-1' });
    expect(isEnvelope(envelope)).toBe(true);
    expect(envelope).toMatchObject({ specversion: '1.0', source: 'gateway', type: MessageReceived.type, data });
    expect(envelope.correlationid).toBe(envelope.id);
    expect(Object.keys(envelope)).not.toEqual(expect.arrayContaining(['causationid']));
    expect(new Date(envelope.time).toISOString()).toBe(envelope.time);
  });

  it('has a new id each time, unless the sender sets one', async () => {
    const [one, other] = [await published({ conversationId: 'c-1' }), await published({ conversationId: 'c-1' })];
    expect(one.id).not.toBe(other.id);
    expect((await published({ conversationId: 'c-1', id: 'given' })).id).toBe('given');
  });

  it('carries the first id, the conversation, the reply key and the trace along a chain of any length', async () => {
    await fc.assert(
      fc.asyncProperty(
        word,
        word,
        word,
        fc.integer({ min: 1, max: 6 }),
        async (subject, replyKey, traceparent, length) => {
          const first = { ...(await published({ conversationId: subject, replyKey })), traceparent };
          let last: Envelope = first;
          for (let i = 0; i < length; i++) {
            const next = await published({ cause: last });
            expect(next).toMatchObject({
              correlationid: first.id,
              causationid: last.id,
              subject,
              replykey: replyKey,
              traceparent,
            });
            expect(next.id).not.toBe(last.id);
            last = next;
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('prefers the sender’s conversation and reply key to those of the cause', async () => {
    const cause = await published({ conversationId: 'c-1', replyKey: 'first' });
    expect(await published({ cause, conversationId: 'c-2', replyKey: 'second' })).toMatchObject({
      subject: 'c-2',
      replykey: 'second',
    });
  });

  it.each(['causationid', 'replykey', 'traceparent'])('omits %s when there is none', async (name) => {
    expect(await published({ conversationId: 'c-1' })).not.toHaveProperty(name);
  });

  it('cannot be created without a conversation', async () => {
    await expect(published({})).rejects.toThrow(PermanentError);
    await expect(published({ conversationId: '' })).rejects.toThrow('without a conversation id');
  });
});

describe('Publishing', () => {
  it('sends an event to the services that handle its type, as a mandatory message', async () => {
    const { bus, transport } = openBus();
    await bus.publish(MessageReceived, data, { conversationId: 'c-1' });
    expect(transport.sent[0]?.destination).toEqual({
      kind: 'topic',
      routingKey: MessageReceived.type,
      isMandatory: true,
    });
  });

  it('sends an addressed event with one word each for process and conversation, for any id', async () => {
    await fc.assert(
      fc.asyncProperty(word, async (conversationId) => {
        const { bus, transport } = openBus();
        await bus.publish(TurnCompleted, turn, { conversationId, replyKey: 'me' });
        await bus.publish(TurnCompleted, turn, { conversationId });
        const keys = transport.sent.map(({ destination }) =>
          destination.kind === 'topic' ? destination.routingKey : '',
        );
        expect(keys[0]).toMatch(/^turn\.completed\.v1\.me\.[0-9a-f]{32}$/);
        expect(keys[1]).toMatch(/^turn\.completed\.v1\.-\.[0-9a-f]{32}$/);
        expect(transport.sent[0]?.destination).toMatchObject({ isMandatory: false });
        await bus.watch(conversationId);
        expect(transport.bound).toContain(`*.*.*.*.${keys[0]?.split('.')[4]}`);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses data that violate the contract and sends nothing', async () => {
    const { bus, transport } = openBus();
    const wrong = { ...data, text: '' };
    await expect(bus.publish(MessageReceived, wrong, { conversationId: 'c-1' })).rejects.toThrow(
      /gateway built an invalid message\.received\.v1: \/text/,
    );
    await expect(
      bus.request(IncidentOpen, { ...data } as never, { conversationId: 'c-1', timeoutMs: 10 }),
    ).rejects.toThrow(PermanentError);
    expect(transport.sent).toEqual([]);
  });

  it('passes on the reason why the broker refused a message', async () => {
    const { bus, transport } = openBus();
    transport.failure = new Error('away');
    await expect(bus.publish(MessageReceived, data, { conversationId: 'c-1' })).rejects.toBe(transport.failure);
  });
});

describe('Watching conversations', () => {
  it('binds each conversation once while it has more calls of watch than of unwatch', async () => {
    const step = fc.record({ id: fc.constantFrom('a', 'b', 'c.d'), isWatch: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { bus, transport } = openBus();
        const own = transport.bound.size;
        const counts = new Map<string, number>();
        for (const { id, isWatch } of steps) {
          await (isWatch ? bus.watch(id) : bus.unwatch(id));
          counts.set(id, Math.max(0, (counts.get(id) ?? 0) + (isWatch ? 1 : -1)));
          expect(transport.bound.size - own).toBe([...counts.values()].filter((count) => count > 0).length);
        }
        const repeated = transport.calls.filter((call, i) => transport.calls.indexOf(call, i + 1) === i + 1);
        expect(repeated).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('Opening and closing', () => {
  it('consumes events and requests from a queue of the service, and addressed events only from the inbox', () => {
    const transport = new HeldTransport();
    const bus = new MessageBus('alpha', transport);
    for (const type of contracts.keys()) bus.handle(type, async () => undefined);
    expect(bus.problem()).toBe('not open yet');
    bus.open();
    expect(bus.problem()).toBeUndefined();
    const queued = [...contracts.values()].filter(({ kind }) => kind !== 'addressed');
    expect(transport.consumed).toEqual(Object.fromEntries(queued.map(({ type }) => [`alpha.${type}`, type])));
    expect([...transport.bound]).toEqual([`*.*.*.${bus.replyKey}.*`]);
  });

  it('disconnects once, even if it is closed several times', async () => {
    const { bus, transport } = openBus();
    await Promise.all([bus.close(), bus.close()]);
    await bus.close();
    expect(transport.closed).toBe(1);
  });
});
