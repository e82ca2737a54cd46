import {
  type Delivery,
  type DeliveryHandler,
  type Disposition,
  type OutgoingMessage,
  type Transport,
} from './transport.js';

/** A transport that records sent messages and delivers those of a test. */
export class HeldTransport implements Transport {
  readonly inbox = 'inbox-of-this-process';
  readonly sent: OutgoingMessage[] = [];
  readonly bound = new Set<string>();
  /** Each bind and unbind call, in order. */
  readonly calls: string[] = [];
  closed = 0;
  isOpen = false;
  /** The error that `publish` rejects with, while set. */
  failure: Error | undefined;
  private readonly queues = new Map<string, { routingKey: string; handler: DeliveryHandler }>();
  private fromInbox: DeliveryHandler | undefined;

  open(): void {
    this.isOpen = true;
  }

  problem(): string | undefined {
    return this.isOpen ? undefined : 'not open yet';
  }

  async publish(message: OutgoingMessage): Promise<void> {
    if (this.failure) throw this.failure;
    this.sent.push(message);
  }

  consume(queue: string, routingKey: string, handler: DeliveryHandler): void {
    this.queues.set(queue, { routingKey, handler });
  }

  consumeInbox(routingKeys: string[], handler: DeliveryHandler): void {
    for (const key of routingKeys) this.bound.add(key);
    this.fromInbox = handler;
  }

  async bindInbox(routingKey: string): Promise<void> {
    this.calls.push(`bind ${routingKey}`);
    this.bound.add(routingKey);
  }

  async unbindInbox(routingKey: string): Promise<void> {
    this.calls.push(`unbind ${routingKey}`);
    this.bound.delete(routingKey);
  }

  async close(): Promise<void> {
    this.closed++;
  }

  /** Names of the consumed queues, with their routing keys. */
  get consumed(): Record<string, string> {
    return Object.fromEntries([...this.queues].map(([queue, { routingKey }]) => [queue, routingKey]));
  }

  /** The JSON of each sent message. */
  get bodies(): Record<string, unknown>[] {
    return this.sent.map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>);
  }

  deliver(queue: string, body: unknown, more: Partial<Delivery> = {}): Promise<Disposition> {
    return handed(this.queues.get(queue)?.handler, body, more);
  }

  deliverToInbox(body: unknown): Promise<Disposition> {
    return handed(this.fromInbox, body, {});
  }
}

function handed(handler: DeliveryHandler | undefined, body: unknown, more: Partial<Delivery>): Promise<Disposition> {
  if (!handler) throw new Error('Nobody takes from this queue.');
  return handler({ body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)), attempt: 1, ...more });
}
