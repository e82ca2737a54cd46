/**
 * What the conformance suite of the bus needs. Every test in this folder runs on both transports: code that works within
 * one process then also works between processes.
 */
import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { IncidentFind, IncidentOpen, MessageReceived } from '#contracts';
import { waitUntil } from '#testing';

const RETRY_DELAYS = [50, 200];

type Handlers = Record<string, Parameters<MessageBus['handle']>[1]>;

/** A broker and the buses that a test connects to it. */
export abstract class World {
  private readonly connected: MessageBus[] = [];

  /** Creates a bus for the named service. Replicas have the same name. */
  abstract bus(service: string): MessageBus;

  /** Returns the parked messages. */
  abstract parked(): Promise<{ reason: string }[]>;

  /** Removes everything that the test left on the broker. */
  protected abstract clean(): Promise<void>;

  /** Creates a bus with these handlers and resolves when it is connected. `end` closes it. */
  async start(service: string, handlers: Handlers = {}): Promise<MessageBus> {
    const bus = this.bus(service);
    for (const [type, handler] of Object.entries(handlers)) bus.handle(type, handler);
    bus.open();
    this.connected.push(bus);
    await waitUntil(`${service} is connected`, () => !bus.problem());
    return bus;
  }

  async end(): Promise<void> {
    await Promise.all(this.connected.map((bus) => bus.close()));
    await this.clean();
  }
}

class InProcessWorld extends World {
  private readonly broker = new InProcessBroker();

  bus(service: string): MessageBus {
    return createBus({ service, broker: this.broker, tuning: { retryDelaysMs: RETRY_DELAYS } });
  }

  parked(): Promise<{ reason: string }[]> {
    return Promise.resolve(this.broker.parked);
  }

  protected clean(): Promise<void> {
    return Promise.resolve();
  }
}

class RabbitMqWorld extends World {
  private readonly namespace = `test-${randomUUID()}`;
  private readonly services = new Set<string>();

  bus(service: string): MessageBus {
    this.services.add(service);
    return createBus({
      service,
      broker: brokerUrl(),
      tuning: { namespace: this.namespace, retryDelaysMs: RETRY_DELAYS },
    });
  }

  async parked(): Promise<{ reason: string }[]> {
    const connection = await connect(brokerUrl());
    const channel = await connection.createChannel();
    const parked = [];
    for (let message = await channel.get(`${this.namespace}.parked`); message;) {
      parked.push({ reason: String(message.properties.headers?.['x-reason']) });
      message = await channel.get(`${this.namespace}.parked`);
    }
    await connection.close();
    return parked;
  }

  protected async clean(): Promise<void> {
    const connection = await connect(brokerUrl());
    const channel = await connection.createChannel();
    const types = [MessageReceived, IncidentOpen, IncidentFind].map(({ type }) => type);
    const retries = RETRY_DELAYS.map((delay) => `${this.namespace}.retry.${delay}`);
    const queues = [...this.services].flatMap((service) => types.map((type) => `${this.namespace}.${service}.${type}`));
    for (const queue of [...queues, `${this.namespace}.parked`, ...retries]) await channel.deleteQueue(queue);
    for (const exchange of [this.namespace, ...retries]) await channel.deleteExchange(exchange);
    await connection.close();
  }
}

/** The two transports, as rows for `describe.each`. */
export const TRANSPORTS: [name: string, makeWorld: () => World][] = [
  ['in one process', () => new InProcessWorld()],
  ['over RabbitMQ', () => new RabbitMqWorld()],
];

export const received = (messageId = 'm-1', text = 'hello') => ({
  messageId,
  conversationId: 'c-1',
  text,
  channel: { input: 'rest', output: 'collector' },
  sentAt: new Date(0).toISOString(),
});

export const incident = {
  operationId: 'op-1',
  email: 'ann@example.com',
  title: 'Printer',
  description: 'It hums.',
  priority: 'low' as const,
};

export const about = { conversationId: 'c-1' };

function brokerUrl(): string {
  const url = process.env['AMQP_URL'];
  if (!url) throw new Error('AMQP_URL is not set: run this suite with `npm test`, which finds or starts a broker.');
  return url;
}
