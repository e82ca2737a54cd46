/**
 * The promises of the bus, proved on both of its transports by the same tests, so that what works in one process works
 * between processes: a confirmed message is handled at least once or parked visibly; replicas share the work; a
 * request has one answer; nothing is accepted that nobody takes; closing finishes what has begun.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import {
  createBus,
  InProcessBroker,
  PermanentError,
  RequestFailedError,
  RequestTimeoutError,
  RetryableError,
  UnroutableError,
  type MessageBus,
} from '#bus';
import { IncidentFind, IncidentOpen, MessageReceived, TurnCompleted, type Envelope } from '#contracts';
import { waitUntil } from '#testing';

const RETRY_DELAYS = [50, 200];

interface World {
  /** A bus of the named service; replicas have the same name. */
  bus(service: string): MessageBus;
  parked(): Promise<{ reason: string }[]>;
  end(): Promise<void>;
}

function inProcessWorld(): World {
  const broker = new InProcessBroker();
  return {
    bus: (service) => createBus({ service, broker, tuning: { retryDelaysMs: RETRY_DELAYS } }),
    parked: () => Promise.resolve(broker.parked),
    end: () => Promise.resolve(),
  };
}

function rabbitMqWorld(): World {
  const url = process.env['AMQP_URL'];
  if (!url) throw new Error('AMQP_URL is not set: run this suite with `npm test`, which finds or starts a broker.');
  const namespace = `test-${randomUUID()}`;
  const services = new Set<string>();
  return {
    bus: (service) => {
      services.add(service);
      return createBus({ service, broker: url, tuning: { namespace, retryDelaysMs: RETRY_DELAYS } });
    },
    parked: async () => {
      const connection = await connect(url);
      const channel = await connection.createChannel();
      const parked = [];
      for (let message = await channel.get(`${namespace}.parked`); message;) {
        parked.push({ reason: String(message.properties.headers?.['x-reason']) });
        message = await channel.get(`${namespace}.parked`);
      }
      await connection.close();
      return parked;
    },
    end: async () => {
      const connection = await connect(url);
      const channel = await connection.createChannel();
      const types = [MessageReceived, IncidentOpen, IncidentFind].map(({ type }) => type);
      const queues = [...services].flatMap((service) => types.map((type) => `${namespace}.${service}.${type}`));
      queues.push(`${namespace}.parked`, ...RETRY_DELAYS.map((delay) => `${namespace}.retry.${delay}`));
      for (const queue of queues) await channel.deleteQueue(queue);
      for (const name of [namespace, ...RETRY_DELAYS.map((delay) => `${namespace}.retry.${delay}`)]) {
        await channel.deleteExchange(name);
      }
      await connection.close();
    },
  };
}

const received = (messageId = 'm-1', text = 'hello') => ({
  messageId,
  conversationId: 'c-1',
  text,
  channel: { input: 'rest', output: 'collector' },
  sentAt: new Date(0).toISOString(),
});
const incident = {
  operationId: 'op-1',
  email: 'ann@example.com',
  title: 'Printer',
  description: 'It hums.',
  priority: 'low' as const,
};
const about = { conversationId: 'c-1' };

describe.each([
  ['in one process', inProcessWorld],
  ['over RabbitMQ', rabbitMqWorld],
])('The bus %s', (_, makeWorld) => {
  let world: World;
  let open: MessageBus[];

  beforeEach(() => {
    world = makeWorld();
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((bus) => bus.close()));
    await world.end();
  });

  async function start(service: string, handlers: Record<string, Parameters<MessageBus['handle']>[1]> = {}) {
    const bus = world.bus(service);
    for (const [type, handler] of Object.entries(handlers)) bus.handle(type, handler);
    bus.open();
    open.push(bus);
    await waitUntil(`${service} is connected`, () => !bus.problem());
    return bus;
  }

  it('delivers a published event once to each service that listens', async () => {
    const seen: string[] = [];
    await start('alpha', { [MessageReceived.type]: async () => void seen.push('alpha') });
    await start('beta', { [MessageReceived.type]: async () => void seen.push('beta') });
    const sender = await start('sender');
    await sender.publish(MessageReceived, received(), about);
    await waitUntil('both have it', () => seen.length === 2);
    expect(seen.sort()).toEqual(['alpha', 'beta']);
  });

  it('shares the work among the replicas of a service', async () => {
    const seen: [string, string][] = [];
    const take = (replica: string) => async (data: unknown) =>
      void seen.push([replica, (data as { messageId: string }).messageId]);
    await start('alpha', { [MessageReceived.type]: take('first') });
    await start('alpha', { [MessageReceived.type]: take('second') });
    const sender = await start('sender');
    for (let i = 0; i < 20; i++) await sender.publish(MessageReceived, received(`m-${i}`), about);
    await waitUntil('all are handled', () => seen.length >= 20);
    expect(new Set(seen.map(([, id]) => id)).size).toBe(20);
    expect(seen).toHaveLength(20);
    expect(new Set(seen.map(([replica]) => replica))).toEqual(new Set(['first', 'second']));
  });

  it('keeps the order of messages for a single consumer', async () => {
    const seen: string[] = [];
    await start('alpha', {
      [MessageReceived.type]: async (data) => void seen.push((data as { messageId: string }).messageId),
    });
    const sender = await start('sender');
    const ids = Array.from({ length: 50 }, (_, i) => `m-${i}`);
    for (const id of ids) await sender.publish(MessageReceived, received(id), about);
    await waitUntil('all are handled', () => seen.length === 50);
    expect(seen).toEqual(ids);
  });

  it('carries text of any script unchanged', async () => {
    const text = 'Grüße 🤖 مرحبا \u0000 \u202e "quoted" \\ \n end';
    let seen: unknown;
    await start('alpha', { [MessageReceived.type]: async (data) => void (seen = data) });
    const sender = await start('sender');
    await sender.publish(MessageReceived, received('m-1', text), about);
    await waitUntil('it arrives', () => seen);
    expect(seen).toEqual(received('m-1', text));
  });

  it('fills the envelope and carries correlation, cause and reply key along a chain', async () => {
    const envelopes: Envelope[] = [];
    const alpha = await start('alpha', {
      [MessageReceived.type]: async (_data, envelope) => {
        envelopes.push(envelope);
        await alpha.request(IncidentOpen, incident, { cause: envelope, timeoutMs: 5_000 });
      },
    });
    await start('desk', {
      [IncidentOpen.type]: async (_data, envelope) => {
        envelopes.push(envelope);
        return { kind: 'would-open' };
      },
    });
    const sender = await start('sender');
    await sender.publish(MessageReceived, received(), { ...about, replyKey: 'me' });
    await waitUntil('both are handled', () => envelopes.length === 2);
    const [first, second] = envelopes;
    expect(first).toMatchObject({ specversion: '1.0', source: 'sender', type: MessageReceived.type, subject: 'c-1' });
    expect(first?.correlationid).toBe(first?.id);
    expect(second).toMatchObject({
      source: 'alpha',
      subject: 'c-1',
      causationid: first?.id,
      correlationid: first?.id,
      replykey: 'me',
    });
  });

  it('refuses an event that no service has ever listened to', async () => {
    const sender = await start('sender');
    await expect(sender.publish(MessageReceived, received(), about)).rejects.toThrow(UnroutableError);
  });

  it('keeps an event for a service that listened before and is down now', async () => {
    const bus = await start('alpha', { [MessageReceived.type]: async () => undefined });
    await bus.close();
    open.splice(open.indexOf(bus), 1);
    const sender = await start('sender');
    await sender.publish(MessageReceived, received(), about);
    let isHandled = false;
    await start('alpha', { [MessageReceived.type]: async () => void (isHandled = true) });
    await waitUntil('the restarted service has it', () => isHandled);
  });

  it('refuses to build a message that breaks its contract', async () => {
    const sender = await start('sender');
    await expect(sender.publish(MessageReceived, { ...received(), text: '' }, about)).rejects.toThrow(PermanentError);
  });

  it('tries a retryable failure again, more often than an unexpected one, until it succeeds', async () => {
    let attempts = 0;
    await start('alpha', {
      [MessageReceived.type]: async () => {
        if (++attempts < 5) throw new RetryableError('the database is away');
      },
    });
    const sender = await start('sender');
    await sender.publish(MessageReceived, received(), about);
    await waitUntil('the fifth try', () => attempts === 5);
    expect(await world.parked()).toEqual([]);
  });

  it('parks an unexpected failure after three tries, with its reason', async () => {
    let attempts = 0;
    await start('alpha', {
      [MessageReceived.type]: async () => {
        attempts++;
        throw new TypeError('x is not a function');
      },
    });
    const sender = await start('sender');
    await sender.publish(MessageReceived, received(), about);
    const parked = await waitUntil('it is parked', async () => {
      const found = await world.parked();
      return found.length > 0 && found;
    });
    expect(parked).toEqual([expect.objectContaining({ reason: 'x is not a function' })]);
    expect(attempts).toBe(3);
  });

  it('parks a permanent failure at once', async () => {
    let attempts = 0;
    await start('alpha', {
      [MessageReceived.type]: async () => {
        attempts++;
        throw new PermanentError('this text cannot be parsed');
      },
    });
    const sender = await start('sender');
    await sender.publish(MessageReceived, received(), about);
    const parked = await waitUntil('it is parked', async () => {
      const found = await world.parked();
      return found.length > 0 && found;
    });
    expect(parked).toEqual([expect.objectContaining({ reason: 'this text cannot be parsed' })]);
    expect(attempts).toBe(1);
  });

  it('answers a request', async () => {
    await start('desk', { [IncidentOpen.type]: async () => ({ kind: 'opened', number: 'INC0010001' }) });
    const asker = await start('asker');
    const answer = await asker.request(IncidentOpen, incident, { ...about, timeoutMs: 5_000 });
    expect(answer).toEqual({ kind: 'opened', number: 'INC0010001' });
  });

  it('gives each of many simultaneous requests its own answer', async () => {
    await start('desk', {
      [IncidentOpen.type]: async (data) => ({
        kind: 'opened',
        number: (data as { operationId: string }).operationId,
      }),
    });
    const asker = await start('asker');
    const ids = Array.from({ length: 30 }, (_, i) => `op-${i}`);
    const answers = await Promise.all(
      ids.map((operationId) =>
        asker.request(IncidentOpen, { ...incident, operationId }, { ...about, timeoutMs: 5_000 }),
      ),
    );
    expect(answers).toEqual(ids.map((number) => ({ kind: 'opened', number })));
  });

  it('says why a query failed and does not try it again', async () => {
    let attempts = 0;
    await start('desk', {
      [IncidentFind.type]: async () => {
        attempts++;
        throw new Error('the ticket system is away');
      },
    });
    const asker = await start('asker');
    const question = asker.request(IncidentFind, { email: 'ann@example.com' }, { ...about, timeoutMs: 5_000 });
    await expect(question).rejects.toThrow(RequestFailedError);
    await expect(question).rejects.toThrow('the ticket system is away');
    expect(attempts).toBe(1);
  });

  it('refuses an answer that breaks its contract', async () => {
    await start('desk', { [IncidentOpen.type]: async () => ({ kind: 'exploded' }) });
    const asker = await start('asker');
    const question = asker.request(IncidentOpen, incident, { ...about, timeoutMs: 5_000 });
    await expect(question).rejects.toThrow(RequestFailedError);
  });

  it('stops waiting for an answer that does not come, and carries the command out all the same', async () => {
    let finish: () => void = () => undefined;
    let isDone = false;
    await start('desk', {
      [IncidentOpen.type]: async () => {
        await new Promise<void>((resolve) => (finish = resolve));
        isDone = true;
        return { kind: 'would-open' };
      },
    });
    const asker = await start('asker');
    const question = asker.request(IncidentOpen, incident, { ...about, timeoutMs: 100 });
    await expect(question).rejects.toThrow(RequestTimeoutError);
    finish();
    await waitUntil('the command is carried out', () => isDone);
  });

  it('delivers an addressed event to the process named by the reply key and to no other', async () => {
    const seen: string[] = [];
    const first = await start('holder', { [TurnCompleted.type]: async () => void seen.push('first') });
    await start('holder', { [TurnCompleted.type]: async () => void seen.push('second') });
    const sender = await start('sender');
    const turn = { conversationId: 'c-1', turn: 1, messages: [] };
    await sender.publish(TurnCompleted, turn, { ...about, replyKey: first.replyKey });
    await sender.publish(TurnCompleted, { ...turn, turn: 2 }, { ...about, replyKey: first.replyKey });
    await waitUntil('both arrive', () => seen.length === 2);
    expect(seen).toEqual(['first', 'first']);
  });

  it('delivers an addressed event once to every process that watches the conversation', async () => {
    const seen: string[] = [];
    const first = await start('holder', { [TurnCompleted.type]: async () => void seen.push('first') });
    const second = await start('holder', { [TurnCompleted.type]: async () => void seen.push('second') });
    const third = await start('holder', { [TurnCompleted.type]: async () => void seen.push('third') });
    await first.watch('c-1');
    await second.watch('c-1');
    await third.watch('c-2');
    const sender = await start('sender');
    const turn = { conversationId: 'c-1', turn: 1, messages: [] };
    await sender.publish(TurnCompleted, turn, { ...about, replyKey: first.replyKey });
    await waitUntil('both watchers have it', () => seen.length >= 2);
    await second.unwatch('c-1');
    await sender.publish(TurnCompleted, { ...turn, turn: 2 }, { ...about, replyKey: first.replyKey });
    await waitUntil('the remaining watcher has it', () => seen.length >= 3);
    expect(seen.sort()).toEqual(['first', 'first', 'second']);
  });

  it('accepts an addressed event for a conversation that nobody holds', async () => {
    const sender = await start('sender');
    const turn = { conversationId: 'c-1', turn: 1, messages: [] };
    await expect(sender.publish(TurnCompleted, turn, about)).resolves.toBeUndefined();
  });

  it('finishes what it has begun before it closes, and hands the rest to another replica', async () => {
    const done: string[] = [];
    let finish: (() => void) | undefined;
    const closing = await start('alpha', {
      [MessageReceived.type]: async (data) => {
        await new Promise<void>((resolve) => (finish = resolve));
        done.push((data as { messageId: string }).messageId);
      },
    });
    const sender = await start('sender');
    await sender.publish(MessageReceived, received('begun'), about);
    await waitUntil('the handler is at work', () => finish);
    const closed = closing.close();
    await start('alpha', {
      [MessageReceived.type]: async (data) => void done.push((data as { messageId: string }).messageId),
    });
    await sender.publish(MessageReceived, received('after'), about);
    await waitUntil('the other replica took over', () => done.includes('after'));
    expect(done).toEqual(['after']);
    finish?.();
    await closed;
    expect(done).toEqual(['after', 'begun']);
  });

  it('refuses two handlers of one type and a type without a contract', () => {
    const bus = world.bus('alpha');
    bus.handle(MessageReceived.type, async () => undefined);
    expect(() => bus.handle(MessageReceived.type, async () => undefined)).toThrow('two handlers');
    expect(() => bus.handle('message.lost.v1', async () => undefined)).toThrow('No contract is named');
  });

  it('refuses publications after it was closed', async () => {
    const bus = world.bus('alpha');
    bus.open();
    await waitUntil('it is connected', () => !bus.problem());
    await bus.close();
    await expect(bus.publish(MessageReceived, received(), about)).rejects.toThrow();
  });
});
