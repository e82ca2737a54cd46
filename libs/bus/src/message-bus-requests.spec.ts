import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IncidentOpen } from '#contracts';
import { BusUnavailableError, RequestFailedError, RequestTimeoutError } from './transport/errors.js';
import { HeldTransport } from './transport/held-transport.fixture.js';
import { later, turnOfTheLoop } from './later.fixture.js';
import { MessageBus } from './message-bus.js';

const order = {
  operationId: 'op-1',
  email: 'ann@example.com',
  title: 'Printer',
  description: 'It hums.',
  priority: 'low' as const,
};
const LONG_MS = 60_000;

function openBus() {
  const transport = new HeldTransport();
  const bus = new MessageBus('asker', transport);
  bus.open();
  const ask = (timeoutMs = LONG_MS, more = {}) =>
    bus.request(IncidentOpen, order, { conversationId: 'c-1', timeoutMs, ...more });
  const answer = (requestId: unknown, outcome: unknown) => transport.deliverToInbox({ requestId, outcome });
  return { bus, transport, ask, answer };
}

const opened = (number: string) => ({ kind: 'opened', number });

describe('A request', () => {
  it('is sent to the one service that handles its type, with the inbox for the answer', async () => {
    const { transport, ask, answer } = openBus();
    const question = ask();
    expect(transport.sent[0]).toMatchObject({
      destination: { kind: 'topic', routingKey: IncidentOpen.type, isMandatory: true },
      replyTo: transport.inbox,
    });
    await answer(transport.bodies[0]?.['id'], { kind: 'ok', data: opened('INC1') });
    expect(await question).toEqual(opened('INC1'));
  });

  it('gets its own answer among many, in any order of the answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { minLength: 1, maxLength: 10 }), async (order) => {
        const { transport, ask, answer } = openBus();
        const questions = order.map(() => ask());
        const ids = transport.bodies.map(({ id }) => id as string);
        const waiting = [...ids];
        for (const which of order) {
          const [id] = waiting.splice(which % waiting.length, 1);
          await answer(id, { kind: 'ok', data: opened(`for ${id?.slice(0, 8)}`) });
        }
        expect(await Promise.all(questions)).toEqual(ids.map((id) => opened(`for ${id.slice(0, 8)}`)));
      }),
      { numRuns: 30 },
    );
  });

  it('fails with the reason of the service that refused it', async () => {
    const { transport, ask, answer } = openBus();
    const question = ask();
    await answer(transport.bodies[0]?.['id'], { kind: 'failed', reason: 'the desk is closed' });
    await expect(question).rejects.toThrow(new RequestFailedError('the desk is closed'));
  });

  it.each([[{ kind: 'exploded' }], [null], [undefined], [{ kind: 'opened', number: '' }], ['opened']])(
    'fails when the answer is %j, which violates its contract',
    async (data) => {
      const { transport, ask, answer } = openBus();
      const question = ask();
      await answer(transport.bodies[0]?.['id'], { kind: 'ok', data });
      await expect(question).rejects.toThrow(/The answer to incident\.open\.v1 is invalid/);
    },
  );

  it('fails when no answer comes in time, and a late answer has no effect', async () => {
    const { transport, ask, answer } = openBus();
    await expect(ask(5)).rejects.toThrow(new RequestTimeoutError('No answer to incident.open.v1 within 5 ms.'));
    const again = ask();
    const [late, next] = transport.bodies.map(({ id }) => id);
    expect(await answer(late, { kind: 'ok', data: opened('late') })).toEqual({ kind: 'done' });
    await answer(next, { kind: 'ok', data: opened('in time') });
    expect(await again).toEqual(opened('in time'));
  });

  it('fails at once when it cannot be sent', async () => {
    const { transport, ask } = openBus();
    transport.failure = new BusUnavailableError('the broker is away');
    await expect(ask()).rejects.toBe(transport.failure);
  });

  it('does not resolve before the broker has confirmed it, even if the answer has arrived', async () => {
    const { bus, transport, answer } = openBus();
    const confirmed = later();
    const send = transport.publish.bind(transport);
    transport.publish = (message) => send(message).then(() => confirmed.promise);
    let isDone = false;
    const question = bus
      .request(IncidentOpen, order, { conversationId: 'c-1', timeoutMs: LONG_MS })
      .finally(() => (isDone = true));
    await answer(transport.bodies[0]?.['id'], { kind: 'ok', data: opened('INC1') });
    await turnOfTheLoop();
    expect(isDone).toBe(false);
    confirmed.resolve();
    expect(await question).toEqual(opened('INC1'));
  });

  it('uses the first of two answers', async () => {
    const { transport, ask, answer } = openBus();
    const question = ask();
    const id = transport.bodies[0]?.['id'];
    await answer(id, { kind: 'ok', data: opened('first') });
    await answer(id, { kind: 'failed', reason: 'second' });
    expect(await question).toEqual(opened('first'));
  });
});
