import { type Channel, type Options } from 'amqplib';
import { type BusTuning } from '../transport/transport.js';

/** Deliveries of a message that crashes its consumers before the broker parks it. */
const CRASH_LIMIT = 10;
/** How long an inbox outlives its connection, so that a short interruption loses no answer. */
const INBOX_EXPIRES_MS = 60_000;

/** The names and declarations of everything on the broker. Declaring again changes nothing. */
export class Topology {
  /** The exchange for all topic messages; queues bind by message type. */
  readonly exchange: string;
  /** Messages that failed permanently, with the reason in a header. A person inspects them. */
  readonly parkingQueue: string;

  constructor(private readonly tuning: BusTuning) {
    this.exchange = tuning.namespace;
    this.parkingQueue = `${tuning.namespace}.parked`;
  }

  /** Delays retries: after `delayMs` the broker moves a message to the queue named by its routing key. */
  retryExchange(delayMs: number): string {
    return `${this.tuning.namespace}.retry.${delayMs}`;
  }

  workQueue(queue: string): string {
    return `${this.tuning.namespace}.${queue}`;
  }

  /** Declares what all services share. */
  async declareShared(channel: Channel): Promise<void> {
    await channel.assertExchange(this.exchange, 'topic', { durable: true });
    await channel.assertQueue(this.parkingQueue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    for (const delayMs of this.tuning.retryDelaysMs) {
      const name = this.retryExchange(delayMs);
      await channel.assertExchange(name, 'fanout', { durable: true });
      // The default exchange routes by queue name, which is the routing key of the retry.
      await channel.assertQueue(name, quorum({ exchange: '' }, { 'x-message-ttl': delayMs }));
      await channel.bindQueue(name, name, '');
    }
  }

  /** Declares the queue that the replicas of a service share for one message type. */
  async declareWorkQueue(channel: Channel, queue: string, routingKey: string): Promise<void> {
    const deadLetter = { exchange: '', routingKey: this.parkingQueue };
    const name = this.workQueue(queue);
    await channel.assertQueue(name, quorum(deadLetter, { 'x-delivery-limit': CRASH_LIMIT }));
    await channel.bindQueue(name, this.exchange, routingKey);
  }

  /** Declares a process's own queue. It is a classic queue, because a database also stores its messages. */
  async declareInbox(channel: Channel, inbox: string, routingKeys: Iterable<string>): Promise<void> {
    await channel.assertQueue(inbox, { durable: true, expires: INBOX_EXPIRES_MS });
    for (const key of routingKeys) await channel.bindQueue(inbox, this.exchange, key);
  }
}

// At-least-once dead letters require reject-publish: a full target stops the source and nothing is dropped.
const quorum = (deadLetter: { exchange: string; routingKey?: string }, more: object): Options.AssertQueue => ({
  durable: true,
  arguments: {
    'x-queue-type': 'quorum',
    'x-overflow': 'reject-publish',
    'x-dead-letter-strategy': 'at-least-once',
    'x-dead-letter-exchange': deadLetter.exchange,
    ...(deadLetter.routingKey && { 'x-dead-letter-routing-key': deadLetter.routingKey }),
    ...more,
  },
});
