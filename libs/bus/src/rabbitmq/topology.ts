import { type Channel, type Options } from 'amqplib';
import { type BusTuning } from '../transport/transport.js';

/** Deliveries of a message that crashed its consumers each time before the broker parks it by itself. */
const CRASH_LIMIT = 10;
/** An inbox outlives its connection by this long, so that a short interruption loses no answer. */
const INBOX_EXPIRES_MS = 60_000;

/** Names of everything on the broker and how it is declared; declaring again changes nothing. */
export class Topology {
  /** Everything that is published to a topic goes through this exchange; queues bind by message type. */
  readonly exchange: string;
  /** Messages that failed for good, with the reason in a header. A person looks at them. */
  readonly parkingQueue: string;

  constructor(private readonly tuning: BusTuning) {
    this.exchange = tuning.namespace;
    this.parkingQueue = `${tuning.namespace}.parked`;
  }

  /** Waiting room of retries: after `delayMs` the broker moves a message to the queue named by its routing key. */
  retryExchange(delayMs: number): string {
    return `${this.tuning.namespace}.retry.${delayMs}`;
  }

  workQueue(queue: string): string {
    return `${this.tuning.namespace}.${queue}`;
  }

  /** What all services share. */
  async declareShared(channel: Channel): Promise<void> {
    await channel.assertExchange(this.exchange, 'topic', { durable: true });
    await channel.assertQueue(this.parkingQueue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    for (const delayMs of this.tuning.retryDelaysMs) {
      const name = this.retryExchange(delayMs);
      await channel.assertExchange(name, 'fanout', { durable: true });
      // The default exchange routes by queue name: the routing key that the retry was published with.
      await channel.assertQueue(name, quorum({ exchange: '' }, { 'x-message-ttl': delayMs }));
      await channel.bindQueue(name, name, '');
    }
  }

  /** The queue that the replicas of a service share for one message type. */
  async declareWorkQueue(channel: Channel, queue: string, routingKey: string): Promise<void> {
    const deadLetter = { exchange: '', routingKey: this.parkingQueue };
    const name = this.workQueue(queue);
    await channel.assertQueue(name, quorum(deadLetter, { 'x-delivery-limit': CRASH_LIMIT }));
    await channel.bindQueue(name, this.exchange, routingKey);
  }

  /** A process's own queue. A classic one: what it holds also stands in a database. */
  async declareInbox(channel: Channel, inbox: string, routingKeys: Iterable<string>): Promise<void> {
    await channel.assertQueue(inbox, { durable: true, expires: INBOX_EXPIRES_MS });
    for (const key of routingKeys) await channel.bindQueue(inbox, this.exchange, key);
  }
}

// Dead letters move at-least-once, which requires reject-publish: a full target stops the source, nothing is dropped.
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
