import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IncidentFind, IncidentOpen, MessageReceived, TurnCompleted } from '#contracts';
import { BusUnavailableError, PermanentError, RetryableError, UnroutableError } from './transport/errors.js';
import { HeldTransport } from './transport/held-transport.fixture.js';
import { MessageBus, type BusEvent, type MessageHandler } from './message-bus.js';
import { defaultTuning } from './transport/transport.js';

const received = {
  messageId: 'm-1',
  conversationId: 'c-1',
  text: 'hello',
  channel: { input: 'rest', output: 'collector' },
  sentAt: new Date(0).toISOString(),
};
const order = { operationId: 'op-1', email: 'ann@example.com', title: 'P', description: 'It hums.', priority: 'low' };
const samples = new Map<string, unknown>([
  [MessageReceived.type, received],
  [IncidentOpen.type, order],
  [IncidentFind.type, { email: 'ann@example.com' }],
  [TurnCompleted.type, { conversationId: 'c-1', turn: 1, messages: [] }],
]);

const envelopeOf = (type: string, data: unknown = samples.get(type)) => ({
  specversion: '1.0',
  id: 'e-1',
  source: 'sender',
  type,
  subject: 'c-1',
  time: new Date(0).toISOString(),
  correlationid: 'e-1',
  data,
});

function busWith(type: string, handler: MessageHandler) {
  const transport = new HeldTransport();
  const events: BusEvent[] = [];
  const bus = new MessageBus('alpha', transport, defaultTuning, (event) => events.push(event));
  bus.handle(type, handler);
  bus.open();
  const deliver = (body: unknown = envelopeOf(type), attempt = 1, replyTo?: string) =>
    transport.deliver(`alpha.${type}`, body, { attempt, ...(replyTo && { replyTo }) });
  return { transport, events, deliver };
}
const failing = (type: string, error: unknown) =>
  busWith(type, async () => {
    throw error;
  });

describe('A message whose handler succeeded', () => {
  it('is acknowledged, and the handler received its data and its envelope', async () => {
    const seen: unknown[] = [];
    const { deliver, events, transport } = busWith(MessageReceived.type, async (...taken) => void seen.push(taken));
    expect(await deliver()).toEqual({ kind: 'done' });
    expect(seen).toEqual([[received, envelopeOf(MessageReceived.type)]]);
    expect([events, transport.sent]).toEqual([[], []]);
  });

  it.each([IncidentOpen.type, IncidentFind.type])('is answered when it is %s and the sender waits', async (type) => {
    const { deliver, transport } = busWith(type, async () => ({ kind: 'would-open' }));
    expect(await deliver(undefined, 1, 'their-inbox')).toEqual({ kind: 'done' });
    expect(transport.sent.map(({ destination }) => destination)).toEqual([{ kind: 'inbox', name: 'their-inbox' }]);
    expect(transport.bodies).toEqual([{ requestId: 'e-1', outcome: { kind: 'ok', data: { kind: 'would-open' } } }]);
  });

  it('is not answered when nobody waits, or when it is an event', async () => {
    const command = busWith(IncidentOpen.type, async () => ({ kind: 'would-open' }));
    await command.deliver();
    const event = busWith(MessageReceived.type, async () => 'a result');
    await event.deliver(undefined, 1, 'their-inbox');
    expect([command.transport.sent, event.transport.sent]).toEqual([[], []]);
  });

  it('is retried when its answer could not be sent', async () => {
    const { deliver, transport } = busWith(IncidentOpen.type, async () => ({ kind: 'would-open' }));
    transport.failure = new BusUnavailableError('away');
    expect(await deliver(undefined, 1, 'their-inbox')).toEqual({ kind: 'retry', afterMs: 0 });
  });
});

describe('A failure decides how an event or a command is treated', () => {
  const LAST = defaultTuning.maxUnexpectedAttempts;
  const anyAttempt = fc.integer({ min: 1, max: 1_000 });
  const kind = fc.constantFrom(MessageReceived.type, IncidentOpen.type);

  it('a temporary failure: it is always retried, after the delay that the failure asks for', async () => {
    await fc.assert(
      fc.asyncProperty(kind, anyAttempt, fc.nat(), async (type, attempt, afterMs) => {
        const { deliver, events, transport } = failing(type, new RetryableError('down', afterMs));
        expect(await deliver(undefined, attempt, 'their-inbox')).toEqual({ kind: 'retry', afterMs });
        expect(events).toEqual([expect.objectContaining({ kind: 'retrying', type, id: 'e-1', attempt })]);
        expect(transport.sent).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it.each([new BusUnavailableError('away'), new UnroutableError('nobody takes it')])(
    'a failed publication by the handler (%s): it is retried',
    async (error) => {
      const { deliver } = failing(MessageReceived.type, error);
      expect(await deliver(undefined, 500)).toEqual({ kind: 'retry', afterMs: 0 });
    },
  );

  it('a permanent failure: it is parked with its reason at once', async () => {
    await fc.assert(
      fc.asyncProperty(kind, anyAttempt, fc.string(), async (type, attempt, reason) => {
        const { deliver, events } = failing(type, new PermanentError(reason));
        expect(await deliver(undefined, attempt)).toEqual({ kind: 'park', reason });
        expect(events).toEqual([expect.objectContaining({ kind: 'parked', type, id: 'e-1', reason })]);
      }),
      { numRuns: 30 },
    );
  });

  it('an unexpected failure: it is tried the configured number of times and then parked', async () => {
    await fc.assert(
      fc.asyncProperty(kind, fc.integer({ min: 1, max: 10 }), async (type, attempt) => {
        const { deliver } = failing(type, new TypeError('x is not a function'));
        expect(await deliver(undefined, attempt)).toEqual(
          attempt < LAST ? { kind: 'retry', afterMs: 0 } : { kind: 'park', reason: 'x is not a function' },
        );
      }),
      { numRuns: 30 },
    );
  });

  it('a thrown value that is not an Error: it is treated as unexpected', async () => {
    expect(await failing(MessageReceived.type, 'a text').deliver(undefined, LAST)).toEqual({
      kind: 'park',
      reason: 'a text',
    });
  });

  it('the sender of a command is told when it is parked, and nothing during retries', async () => {
    const { deliver, transport } = failing(IncidentOpen.type, new Error('bug'));
    await deliver(undefined, 1, 'their-inbox');
    expect(transport.sent).toEqual([]);
    await deliver(undefined, LAST, 'their-inbox');
    expect(transport.bodies).toEqual([{ requestId: 'e-1', outcome: { kind: 'failed', reason: 'bug' } }]);
  });

  it('it is parked even when the sender cannot be told', async () => {
    const { deliver, transport } = failing(IncidentOpen.type, new PermanentError('no'));
    transport.failure = new Error('away');
    expect(await deliver(undefined, 1, 'their-inbox')).toEqual({ kind: 'park', reason: 'no' });
  });
});

describe('A query that fails', () => {
  it.each([new RetryableError('down', 5_000), new PermanentError('down'), new Error('down'), 'down'])(
    'is answered with the reason and never retried: %s',
    async (error) => {
      const { deliver, transport, events } = failing(IncidentFind.type, error);
      expect(await deliver(undefined, 1, 'their-inbox')).toEqual({ kind: 'done' });
      expect(transport.bodies).toEqual([{ requestId: 'e-1', outcome: { kind: 'failed', reason: 'down' } }]);
      expect(events).toEqual([{ kind: 'refused', type: IncidentFind.type, id: 'e-1', error }]);
    },
  );

  it('is acknowledged even when the sender cannot be told', async () => {
    const { deliver, transport } = failing(IncidentFind.type, new Error('down'));
    transport.failure = new Error('away');
    expect(await deliver(undefined, 1, 'their-inbox')).toEqual({ kind: 'done' });
  });
});

describe('An invalid message', () => {
  it.each([['{'], ['null'], ['"text"'], ['{}'], ['[]'], ['{"specversion":"2.0"}'], ['']])(
    'is parked without a call of a handler: %s',
    async (text) => {
      let calls = 0;
      const { deliver, events } = busWith(MessageReceived.type, async () => calls++);
      expect(await deliver(Buffer.from(text))).toEqual({ kind: 'park', reason: 'not an envelope' });
      expect(calls).toBe(0);
      expect(events).toEqual([expect.objectContaining({ kind: 'parked', type: MessageReceived.type, id: '?' })]);
    },
  );

  it('is parked when its data violate the contract, and the reason names the field', async () => {
    let calls = 0;
    const { deliver } = busWith(MessageReceived.type, async () => calls++);
    const body = envelopeOf(MessageReceived.type, { ...received, text: 5 });
    expect(await deliver(body)).toEqual({
      kind: 'park',
      reason: expect.stringMatching(/^invalid data: \/text/) as unknown,
    });
    expect(calls).toBe(0);
  });
});

describe('A message in the inbox', () => {
  function inbox(handler: MessageHandler) {
    const { transport, events } = busWith(TurnCompleted.type, handler);
    return { events, deliver: (body: unknown) => transport.deliverToInbox(body) };
  }

  it('reaches the handler of an addressed event', async () => {
    const seen: unknown[] = [];
    const { deliver } = inbox(async (data) => void seen.push(data));
    expect(await deliver(envelopeOf(TurnCompleted.type))).toEqual({ kind: 'done' });
    expect(seen).toEqual([samples.get(TurnCompleted.type)]);
  });

  it('is delivered only once even when its handler fails, and the failure is reported', async () => {
    const error = new RetryableError('down');
    const { deliver, events } = inbox(() => Promise.reject(error));
    expect(await deliver(envelopeOf(TurnCompleted.type))).toEqual({ kind: 'done' });
    expect(events).toEqual([{ kind: 'refused', type: TurnCompleted.type, id: 'e-1', error }]);
  });

  it('is refused when its data violate the contract', async () => {
    let calls = 0;
    const { deliver, events } = inbox(async () => calls++);
    await deliver(envelopeOf(TurnCompleted.type, { conversationId: 'c-1', turn: 'one' }));
    expect([calls, events.map(({ kind }) => kind)]).toEqual([0, ['refused']]);
  });

  it.each([
    [Buffer.from('{')],
    [null],
    ['text'],
    [{}],
    [envelopeOf('message.lost.v1', {})],
    [{ requestId: 'unknown' }],
  ])('is ignored when no request waits for it: %j', async (body) => {
    const { deliver, events } = inbox(async () => undefined);
    expect(await deliver(body)).toEqual({ kind: 'done' });
    expect(events).toEqual([]);
  });
});
