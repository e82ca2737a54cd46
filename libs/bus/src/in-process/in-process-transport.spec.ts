import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { waitUntil } from '#testing';
import { BusUnavailableError, UnroutableError } from '../transport/errors.js';
import { later, turnOfTheLoop } from '../later.fixture.js';
import {
  defaultTuning,
  type BusTuning,
  type Delivery,
  type Disposition,
  type DeliveryHandler,
} from '../transport/transport.js';
import { InProcessBroker } from './broker.js';
import { InProcessTransport } from './in-process-transport.js';

const KEY = 'message.received.v1';
const topic = (text: string, routingKey = KEY) => ({
  destination: { kind: 'topic', routingKey, isMandatory: true } as const,
  body: Buffer.from(text),
});
const DONE: Disposition = { kind: 'done' };

describe('The transport within a process', () => {
  const open: InProcessTransport[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((transport) => transport.close()));
  });

  function transportOn(broker: InProcessBroker, tuning: Partial<BusTuning> = {}, handler?: DeliveryHandler) {
    const transport = new InProcessTransport('alpha', broker, { ...defaultTuning, retryDelaysMs: [1], ...tuning });
    if (handler) transport.consume('alpha.work', KEY, handler);
    transport.open();
    open.push(transport);
    return transport;
  }

  it('reports a problem before it is opened and after it is closed, and accepts nothing then', async () => {
    const transport = new InProcessTransport('alpha', new InProcessBroker(), defaultTuning);
    transport.consume('alpha.work', KEY, async () => DONE);
    expect(transport.problem()).toBe('the bus is not open yet');
    await expect(transport.publish(topic('x'))).rejects.toThrow(BusUnavailableError);
    transport.open();
    expect(transport.problem()).toBeUndefined();
    await transport.close();
    expect(transport.problem()).toBe('the bus is closed');
    await expect(transport.publish(topic('x'))).rejects.toThrow('the bus is closed');
  });

  it('processes no more messages at once than configured, in order and without loss', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.integer({ max: 30, min: 0 }), async (prefetch, count) => {
        const begun: string[] = [];
        const atWork: (() => void)[] = [];
        let most = 0;
        const transport = transportOn(new InProcessBroker(), { prefetch }, async ({ body }) => {
          begun.push(body.toString());
          const { promise, resolve } = later();
          most = Math.max(most, atWork.push(resolve));
          await promise;
          return DONE;
        });
        const texts = Array.from({ length: count }, (_, i) => String(i));
        for (const text of texts) await transport.publish(topic(text));
        for (let ended = 0; ended < count;) {
          await turnOfTheLoop();
          const finish = atWork.shift();
          finish?.();
          if (finish) ended++;
        }
        expect(begun).toEqual(texts);
        expect(most).toBe(Math.min(prefetch, count));
      }),
      { numRuns: 15 },
    );
  });

  it('redelivers a message with the next attempt number, the same body and the same reply address', async () => {
    const seen: Delivery[] = [];
    const transport = transportOn(new InProcessBroker(), {}, async (delivery) => {
      seen.push(delivery);
      return seen.length < 4 ? { kind: 'retry', afterMs: 0 } : DONE;
    });
    await transport.publish({ ...topic('x'), replyTo: 'their-inbox' });
    await waitUntil('the fourth try', () => seen.length === 4);
    expect(seen).toEqual([1, 2, 3, 4].map((attempt) => ({ body: Buffer.from('x'), attempt, replyTo: 'their-inbox' })));
  });

  it('delivers other messages while one waits for its retry', async () => {
    const seen: string[] = [];
    const transport = transportOn(
      new InProcessBroker(),
      { prefetch: 1, retryDelaysMs: [20] },
      async ({ body, attempt }) => {
        seen.push(`${body.toString()}${attempt}`);
        return body.toString() === 'slow' && attempt === 1 ? { kind: 'retry', afterMs: 0 } : DONE;
      },
    );
    for (const text of ['slow', 'a', 'b']) await transport.publish(topic(text));
    await waitUntil('all are done', () => seen.length === 4);
    expect(seen).toEqual(['slow1', 'a1', 'b1', 'slow2']);
  });

  it('stores a parked message with its queue, attempts and reason', async () => {
    const broker = new InProcessBroker();
    const transport = transportOn(broker, {}, async ({ attempt }) =>
      attempt < 2 ? { kind: 'retry', afterMs: 0 } : { kind: 'park', reason: 'hopeless' },
    );
    await transport.publish(topic('x'));
    await waitUntil('it is parked', () => broker.parked.length > 0);
    expect(broker.parked).toEqual([{ body: Buffer.from('x'), attempt: 2, queue: 'alpha.work', reason: 'hopeless' }]);
  });

  it('leaves a message that waits for a retry to the next process on closing', async () => {
    const broker = new InProcessBroker();
    const tries: number[] = [];
    const first = transportOn(broker, { retryDelaysMs: [3_600_000] }, async ({ attempt }) => {
      tries.push(attempt);
      return { kind: 'retry', afterMs: 3_600_000 };
    });
    await first.publish(topic('x'));
    await waitUntil('it was tried', () => tries.length === 1);
    await first.close();
    transportOn(broker, {}, async ({ attempt }) => {
      tries.push(attempt);
      return DONE;
    });
    await waitUntil('it is tried again', () => tries.length === 2);
    expect(tries).toEqual([1, 2]);
  });

  it('finishes the messages in progress before it closes, and leaves the others to the next process', async () => {
    const broker = new InProcessBroker();
    const finish = later();
    const seen: string[] = [];
    const first = transportOn(broker, { prefetch: 1 }, async ({ body }) => {
      seen.push(`first ${body.toString()}`);
      await finish.promise;
      return DONE;
    });
    for (const text of ['a', 'b']) await first.publish(topic(text));
    await waitUntil('one is at work', () => seen.length === 1);
    let isClosed = false;
    const closed = first.close().then(() => (isClosed = true));
    await turnOfTheLoop();
    expect(isClosed).toBe(false);
    finish.resolve();
    await closed;
    transportOn(broker, {}, async ({ body }) => {
      seen.push(`next ${body.toString()}`);
      return DONE;
    });
    await waitUntil('the other is taken', () => seen.length === 2);
    expect(seen).toEqual(['first a', 'next b']);
  });

  it('waits for a hanging handler no longer than configured', async () => {
    let isAtWork = false;
    const transport = transportOn(new InProcessBroker(), { drainTimeoutMs: 1 }, () => {
      isAtWork = true;
      return new Promise(() => undefined);
    });
    await transport.publish(topic('x'));
    await waitUntil('it is at work', () => isAtWork);
    await expect(transport.close()).resolves.toBeUndefined();
  });

  it('shares a queue between the replicas of a service', async () => {
    const broker = new InProcessBroker();
    const seen: string[] = [];
    const take =
      (name: string): DeliveryHandler =>
      async ({ body }) => {
        seen.push(`${name} ${body.toString()}`);
        return DONE;
      };
    const first = transportOn(broker, {}, take('first'));
    transportOn(broker, {}, take('second'));
    for (const text of ['a', 'b', 'c', 'd']) await first.publish(topic(text));
    await waitUntil('all are done', () => seen.length === 4);
    expect(seen).toEqual(['first a', 'second b', 'first c', 'second d']);
  });

  it('has its own inbox, which receives messages addressed to it and is removed on closing', async () => {
    const broker = new InProcessBroker();
    const [one, other] = ['one', 'other'].map((name) => {
      const seen: string[] = [];
      const transport = new InProcessTransport(name, broker, defaultTuning);
      transport.consumeInbox([`*.${name}`], async ({ body }) => {
        seen.push(body.toString());
        return DONE;
      });
      transport.open();
      open.push(transport);
      return { transport, seen };
    });
    if (!one || !other) throw new Error('Two were made.');
    expect(one.transport.inbox).not.toBe(other.transport.inbox);
    await one.transport.publish({
      destination: { kind: 'inbox', name: other.transport.inbox },
      body: Buffer.from('answer'),
    });
    await one.transport.publish(topic('by key', 'x.other'));
    await other.transport.bindInbox('more');
    await one.transport.publish(topic('by another key', 'more'));
    await waitUntil('all arrive', () => other.seen.length === 3);
    expect([one.seen, other.seen]).toEqual([[], ['answer', 'by key', 'by another key']]);
    await other.transport.unbindInbox('more');
    await expect(one.transport.publish(topic('nobody', 'more'))).rejects.toThrow(UnroutableError);
    await other.transport.close();
    await expect(one.transport.publish(topic('nobody', 'x.other'))).rejects.toThrow(UnroutableError);
    const late = one.transport.publish({
      destination: { kind: 'inbox', name: other.transport.inbox },
      body: Buffer.from('late'),
    });
    await expect(late).resolves.toBeUndefined();
  });
});
