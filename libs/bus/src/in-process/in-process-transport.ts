import { randomUUID } from 'node:crypto';
import { BusUnavailableError } from '../transport/errors.js';
import { InFlight } from '../transport/in-flight.js';
import {
  retryDelay,
  type BusTuning,
  type DeliveryHandler,
  type OutgoingMessage,
  type Transport,
} from '../transport/transport.js';
import { type InProcessBroker, type MemoryConsumer, type MemoryQueue, type QueuedMessage } from './broker.js';

/** Sends messages between the services of one process. */
export class InProcessTransport implements Transport {
  readonly inbox: string;
  private readonly inFlight = new InFlight();
  private readonly consumers: { queue: MemoryQueue; take: MemoryConsumer }[] = [];
  /** Messages that wait for a retry, each with a function that returns it to its queue. */
  private readonly retries = new Map<NodeJS.Timeout, () => void>();
  private state: 'new' | 'open' | 'closed' = 'new';

  constructor(
    service: string,
    private readonly broker: InProcessBroker,
    private readonly tuning: BusTuning,
  ) {
    this.inbox = `inbox-${service}-${randomUUID()}`;
  }

  open(): void {
    this.state = 'open';
    for (const { queue, take } of this.consumers) queue.addConsumer(take);
  }

  problem(): string | undefined {
    return this.state === 'open' ? undefined : `the bus is ${this.state === 'new' ? 'not open yet' : 'closed'}`;
  }

  async publish(message: OutgoingMessage): Promise<void> {
    if (this.state !== 'open') throw new BusUnavailableError(this.problem());
    this.broker.publish(message);
  }

  consume(queue: string, routingKey: string, handler: DeliveryHandler): void {
    this.broker.bind(queue, routingKey);
    this.addConsumer(queue, handler);
  }

  consumeInbox(routingKeys: string[], handler: DeliveryHandler): void {
    for (const key of routingKeys) this.broker.bind(this.inbox, key);
    this.addConsumer(this.inbox, handler);
  }

  bindInbox(routingKey: string): Promise<void> {
    this.broker.bind(this.inbox, routingKey);
    return Promise.resolve();
  }

  unbindInbox(routingKey: string): Promise<void> {
    this.broker.unbind(this.inbox, routingKey);
    return Promise.resolve();
  }

  async close(): Promise<void> {
    for (const { queue, take } of this.consumers) queue.removeConsumer(take);
    await this.inFlight.settle(this.tuning.drainTimeoutMs);
    this.broker.deleteQueue(this.inbox);
    // Another replica of the queue, or the next process to open it, retries them: an accepted message is not lost.
    for (const [timer, putBack] of this.retries) {
      clearTimeout(timer);
      putBack();
    }
    this.retries.clear();
    this.state = 'closed';
  }

  private addConsumer(queueName: string, handler: DeliveryHandler): void {
    const queue = this.broker.queue(queueName);
    let busy = 0;
    const take: MemoryConsumer = (message) => {
      if (busy >= this.tuning.prefetch) return false;
      busy++;
      void this.inFlight.add(this.handle(queue, message, handler)).finally(() => {
        busy--;
        queue.dispatch();
      });
      return true;
    };
    this.consumers.push({ queue, take });
  }

  private async handle(queue: MemoryQueue, message: QueuedMessage, handler: DeliveryHandler): Promise<void> {
    const disposition = await handler(message);
    if (disposition.kind === 'park') {
      this.broker.parked.push({ ...message, queue: queue.name, reason: disposition.reason });
    } else if (disposition.kind === 'retry') {
      const again = { ...message, attempt: message.attempt + 1 };
      const putBack = (): void => queue.putBack(again);
      const timer = setTimeout(
        () => {
          this.retries.delete(timer);
          putBack();
        },
        retryDelay(this.tuning, message.attempt, disposition.afterMs),
      );
      this.retries.set(timer, putBack);
    }
  }
}
