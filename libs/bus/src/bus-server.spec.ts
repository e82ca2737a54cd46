import { afterEach, describe, expect, it } from '@jest/globals';
import { of, throwError } from 'rxjs';
import { IncidentFind, IncidentOpen, MessageReceived, type Envelope } from '#contracts';
import { waitUntil } from '#testing';
import { BusServer } from './bus-server.js';
import { createBus } from './connect.js';
import { PermanentError, RequestFailedError, RetryableError } from './transport/errors.js';
import { InProcessBroker } from './in-process/broker.js';
import { type BusEvent, type MessageBus } from './message-bus.js';

const received = {
  messageId: 'm-1',
  conversationId: 'c-1',
  text: 'hello',
  channel: { input: 'rest', output: 'collector' },
  sentAt: new Date(0).toISOString(),
};
const order = {
  operationId: 'op-1',
  email: 'ann@example.com',
  title: 'Printer',
  description: 'It hums.',
  priority: 'low' as const,
};
const about = { conversationId: 'c-1', timeoutMs: 10_000 };

type Handler = Parameters<BusServer['addHandler']>[1];

describe("Nest's handlers on the bus", () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  /** A service with these handlers and another service that sends to it, on one broker. */
  function world(handlers: [string, Handler][]) {
    const broker = new InProcessBroker();
    const events: BusEvent[] = [];
    const tuning = { retryDelaysMs: [1] };
    const server = new BusServer(
      createBus({ service: 'alpha', broker, tuning, report: (event) => events.push(event as BusEvent) }),
    );
    for (const [type, handler] of handlers) server.addHandler(type, handler, type === MessageReceived.type);
    const sender = createBus({ service: 'sender', broker, tuning });
    sender.open();
    open.push(server, sender);
    return { broker, events, server, sender };
  }
  const listening = (handlers: [string, Handler][]) => {
    const made = world(handlers);
    made.server.listen(() => undefined);
    return made;
  };

  it('receive messages once Nest listens, with data and envelope', async () => {
    const seen: [unknown, Envelope][] = [];
    const { server, sender } = world([
      [MessageReceived.type, async (data: unknown, envelope: Envelope) => void seen.push([data, envelope])],
    ]);
    let isListening = false;
    expect(server.unwrap<MessageBus>().problem()).toBe('the bus is not open yet');
    server.listen(() => (isListening = true));
    expect([isListening, server.unwrap<MessageBus>().problem()]).toEqual([true, undefined]);
    await sender.publish(MessageReceived, received, about);
    await waitUntil('it is received', () => seen.length === 1);
    expect(seen[0]?.[0]).toEqual(received);
    expect(seen[0]?.[1]).toMatchObject({ type: MessageReceived.type, source: 'sender', subject: 'c-1' });
  });

  it.each<[string, Handler]>([
    ['a value', (async () => ({ kind: 'would-open' })) as Handler],
    ['a stream', (async () => of({ kind: 'would-open' })) as Handler],
    ['the last of a stream', (async () => of({ kind: 'exploded' }, { kind: 'would-open' })) as Handler],
  ])('answer with %s', async (_, handler) => {
    const { sender } = listening([[IncidentOpen.type, handler]]);
    expect(await sender.request(IncidentOpen, order, about)).toEqual({ kind: 'would-open' });
  });

  it('are retried after a temporary failure until they succeed, whether thrown or in a stream', async () => {
    let tries = 0;
    const handler = async () => {
      tries++;
      if (tries < 3) throw new RetryableError('down');
      if (tries < 6) return throwError(() => new RetryableError('down'));
      return undefined;
    };
    const { sender, broker, events } = listening([[MessageReceived.type, handler as Handler]]);
    await sender.publish(MessageReceived, received, about);
    await waitUntil('the sixth try', () => tries === 6);
    expect(events.map((event) => event.kind === 'retrying' && event.attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(broker.parked).toEqual([]);
  });

  it.each([
    ['a permanent failure', new PermanentError('no such thing'), 1],
    ['an unexpected failure', new TypeError('x is not a function'), 3],
  ])('have their message parked with a reason after %s', async (_, error, tries) => {
    let calls = 0;
    const handler = async () => {
      calls++;
      throw error;
    };
    const { sender, broker } = listening([[MessageReceived.type, handler]]);
    await sender.publish(MessageReceived, received, about);
    await waitUntil('it is parked', () => broker.parked.length === 1);
    expect(broker.parked).toEqual([
      expect.objectContaining({ queue: `alpha.${MessageReceived.type}`, reason: error.message, attempt: tries }),
    ]);
    expect(calls).toBe(tries);
  });

  it('refuse a query at once with the reason', async () => {
    const { sender } = listening([[IncidentFind.type, () => Promise.reject(new RetryableError('the desk is away'))]]);
    const question = sender.request(IncidentFind, { email: 'ann@example.com' }, about);
    await expect(question).rejects.toThrow(new RequestFailedError('the desk is away'));
  });

  it('must be unique for each message type', () => {
    const handler: Handler = async () => undefined;
    const { server } = world([
      [MessageReceived.type, handler],
      [MessageReceived.type, async () => undefined],
    ]);
    expect(() => server.listen(() => undefined)).toThrow('alpha has two handlers for message.received.v1');
  });

  it('must be for a message type with a contract', () => {
    const { server } = world([['message.lost.v1', async () => undefined]]);
    expect(() => server.listen(() => undefined)).toThrow('No contract is named "message.lost.v1"');
  });

  it('receive nothing after the server was closed', async () => {
    let calls = 0;
    const { server, sender } = listening([[MessageReceived.type, async () => void calls++]]);
    await server.close();
    await sender.publish(MessageReceived, received, about);
    await expect(sender.request(IncidentOpen, order, about)).rejects.toThrow('Nobody takes incident.open.v1');
    expect(calls).toBe(0);
    expect(server.unwrap<MessageBus>().problem()).toBe('the bus is closed');
  });
});
