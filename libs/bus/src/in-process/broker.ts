import { BusUnavailableError, UnroutableError } from '../transport/errors.js';
import { type OutgoingMessage } from '../transport/transport.js';

export interface QueuedMessage {
  body: Buffer;
  attempt: number;
  replyTo?: string;
}

export interface ParkedMessage extends QueuedMessage {
  queue: string;
  reason: string;
}

/** Accepts a message now, or returns false when it is busy. */
export type MemoryConsumer = (message: QueuedMessage) => boolean;

/** A queue whose consumers take turns. */
export class MemoryQueue {
  private readonly messages: QueuedMessage[] = [];
  private readonly consumers: MemoryConsumer[] = [];
  private isDispatching = false;

  constructor(
    readonly name: string,
    private readonly maxLength: number,
  ) {}

  put(message: QueuedMessage): void {
    if (this.messages.length >= this.maxLength) {
      throw new BusUnavailableError(`The queue ${this.name} is full (${this.maxLength} messages).`);
    }
    this.putBack(message);
  }

  /** Puts back a message that was accepted before, even if the queue is full. */
  putBack(message: QueuedMessage): void {
    this.messages.push(message);
    this.dispatch();
  }

  addConsumer(consumer: MemoryConsumer): void {
    this.consumers.push(consumer);
    this.dispatch();
  }

  removeConsumer(consumer: MemoryConsumer): void {
    const index = this.consumers.indexOf(consumer);
    if (index >= 0) this.consumers.splice(index, 1);
  }

  /** Delivers messages to free consumers, soon. A consumer that becomes free calls it again. */
  dispatch(): void {
    if (this.isDispatching) return;
    this.isDispatching = true;
    setImmediate(() => {
      this.isDispatching = false;
      while (this.messages[0] && this.offer(this.messages[0])) this.messages.shift();
    });
  }

  private offer(message: QueuedMessage): boolean {
    const taker = this.consumers.find((consumer) => consumer(message));
    if (!taker) return false;
    // Moved to the back, so that replicas share the work.
    this.removeConsumer(taker);
    this.consumers.push(taker);
    return true;
  }
}

/**
 * The broker of a single process: queues by name, bound to routing keys where `*` stands for one word. Its messages
 * exist only as long as the process, so the services' databases store what must survive a crash.
 */
export class InProcessBroker {
  readonly parked: ParkedMessage[] = [];
  private readonly queues = new Map<string, MemoryQueue>();
  private readonly bindings = new Map<string, Set<string>>();

  /** @param maxQueueLength number of messages in a queue from which on publications to it are refused */
  constructor(private readonly maxQueueLength = 10_000) {}

  queue(name: string): MemoryQueue {
    let queue = this.queues.get(name);
    if (!queue) this.queues.set(name, (queue = new MemoryQueue(name, this.maxQueueLength)));
    return queue;
  }

  deleteQueue(name: string): void {
    this.queues.delete(name);
    for (const routingKey of [...this.bindings.keys()]) this.unbind(name, routingKey);
  }

  bind(queue: string, routingKey: string): void {
    const queues = this.bindings.get(routingKey) ?? new Set();
    this.bindings.set(routingKey, queues.add(queue));
  }

  unbind(queue: string, routingKey: string): void {
    const queues = this.bindings.get(routingKey);
    queues?.delete(queue);
    if (queues?.size === 0) this.bindings.delete(routingKey);
  }

  publish({ destination, body, replyTo }: OutgoingMessage): void {
    const message = { body, attempt: 1, ...(replyTo && { replyTo }) };
    if (destination.kind === 'inbox') {
      this.queues.get(destination.name)?.put(message);
      return;
    }
    const targets = this.route(destination.routingKey);
    if (targets.size === 0 && destination.isMandatory) {
      throw new UnroutableError(`Nobody takes ${destination.routingKey}: is its service running?`);
    }
    for (const name of targets) this.queue(name).put(message);
  }

  private route(routingKey: string): Set<string> {
    const words = routingKey.split('.');
    const targets = new Set(this.bindings.get(routingKey));
    for (const [pattern, queues] of this.bindings) {
      if (pattern.includes('*') && matches(pattern.split('.'), words)) {
        for (const queue of queues) targets.add(queue);
      }
    }
    return targets;
  }
}

const matches = (pattern: string[], words: string[]): boolean =>
  pattern.length === words.length && pattern.every((word, i) => word === '*' || word === words[i]);
