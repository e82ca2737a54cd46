import { EventEmitter } from 'node:events';
import { type ConsumeMessage, type Options } from 'amqplib';

type Confirm = (error: unknown) => void;

export interface Published {
  exchange: string;
  routingKey: string;
  body: Buffer;
  options: Options.Publish;
  /** The broker's answer: `null` confirms, anything else refuses. */
  confirm: Confirm;
}

/** A channel that records declarations and publications, and lets a test answer for the broker. */
export class FakeChannel extends EventEmitter {
  /** Each declaration in order, e.g. `queue parked {"durable":true}`. */
  readonly declared: string[] = [];
  readonly published: Published[] = [];
  readonly consumers = new Map<string, { take: (message: ConsumeMessage | null) => void; tag: string }>();
  readonly acked: number[] = [];
  readonly rejected: number[] = [];
  /** Calls that end the work of the channel, in order. */
  readonly ended: string[] = [];
  prefetched: number | undefined;
  /** The error of the next declaration or publication. */
  failure: Error | undefined;
  /** Whether it confirms publications by itself; if false, it holds them until the test confirms. */
  confirms = true;
  private readonly unconfirmed = new Set<Published>();
  private deliveries = 0;

  async assertExchange(name: string, type: string, options: object): Promise<void> {
    this.note(`exchange ${name} ${type} ${JSON.stringify(options)}`);
  }

  async assertQueue(name: string, options: object): Promise<void> {
    this.note(`queue ${name} ${JSON.stringify(options)}`);
  }

  async bindQueue(queue: string, exchange: string, key: string): Promise<void> {
    this.note(`bind ${queue} ${exchange} ${JSON.stringify(key)}`);
  }

  async unbindQueue(queue: string, exchange: string, key: string): Promise<void> {
    this.note(`unbind ${queue} ${exchange} ${JSON.stringify(key)}`);
  }

  async prefetch(count: number): Promise<void> {
    this.prefetched = count;
  }

  async consume(
    queue: string,
    take: (message: ConsumeMessage | null) => void,
    options: Options.Consume,
  ): Promise<void> {
    this.consumers.set(queue, { take, tag: String(options.consumerTag) });
  }

  publish(exchange: string, routingKey: string, body: Buffer, options: Options.Publish, confirm: Confirm): boolean {
    if (this.failure) throw this.failure;
    const published: Published = {
      exchange,
      routingKey,
      body,
      options,
      confirm: (error) => {
        this.unconfirmed.delete(published);
        confirm(error);
      },
    };
    this.published.push(published);
    this.unconfirmed.add(published);
    if (this.confirms) setImmediate(() => published.confirm(null));
    return true;
  }

  /** Returns a message without a queue, and confirms it afterwards. */
  return(published: Published | undefined): void {
    this.emit('return', { properties: { messageId: published?.options.messageId } });
    published?.confirm(null);
  }

  async waitForConfirms(): Promise<void> {
    while (this.unconfirmed.size > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  deliver(queue: string, body: string, properties: object = {}): number {
    const deliveryTag = ++this.deliveries;
    const message = { content: Buffer.from(body), fields: { deliveryTag }, properties: { headers: {}, ...properties } };
    this.consumers.get(queue)?.take(message as ConsumeMessage);
    return deliveryTag;
  }

  ack({ fields }: ConsumeMessage, allUpTo = false): void {
    this.acked.push(...(allUpTo ? Array.from({ length: fields.deliveryTag }, (_, i) => i + 1) : [fields.deliveryTag]));
  }

  reject({ fields }: ConsumeMessage): void {
    this.rejected.push(fields.deliveryTag);
  }

  async cancel(tag: string): Promise<void> {
    this.ended.push(`cancel ${tag}`);
  }

  async deleteQueue(queue: string): Promise<void> {
    this.ended.push(`delete ${queue}`);
  }

  async close(): Promise<void> {
    this.ended.push('close');
  }

  private note(what: string): void {
    if (this.failure) throw this.failure;
    this.declared.push(what);
  }
}

/** One connection as amqplib passes it to `setup`. */
export class FakeModel extends EventEmitter {
  readonly channels: FakeChannel[] = [];
  isClosed = false;

  constructor(private readonly prepare: (channel: FakeChannel) => void) {
    super();
  }

  async createChannel(): Promise<FakeChannel> {
    const channel = new FakeChannel();
    this.prepare(channel);
    this.channels.push(channel);
    return channel;
  }

  createConfirmChannel(): Promise<FakeChannel> {
    return this.createChannel();
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

interface ConnectOptions {
  clientProperties: { connection_name: string };
  recovery: { setup(model: unknown): Promise<void> };
}

/** The result of `connect`: a reconnecting connection that the test controls. */
export class FakeConnection extends EventEmitter {
  model: FakeModel | undefined;
  isClosed = false;

  constructor(
    readonly url: string,
    readonly options: ConnectOptions,
    private readonly prepare: (channel: FakeChannel) => void,
  ) {
    super();
  }

  get channel(): FakeChannel {
    const channel = this.model?.channels.at(-1);
    if (!channel) throw new Error('No channel is open.');
    return channel;
  }

  /** Makes the broker reachable: sets up the new connection as amqplib does, and reports a failure. */
  async up(): Promise<void> {
    const model = new FakeModel(this.prepare);
    this.model = model;
    await this.options.recovery.setup(model).catch((error: unknown) => this.emit('connect-failed', error));
  }

  down(error?: Error): void {
    this.emit('disconnect', error);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** Replaces amqplib's `connect`. */
export class FakeAmqp {
  readonly connections: FakeConnection[] = [];
  /** Called with each channel before its user gets it. */
  prepare: (channel: FakeChannel) => void = () => undefined;

  readonly connect = async (url: string, options: unknown): Promise<FakeConnection> => {
    const connection = new FakeConnection(url, options as ConnectOptions, (channel) => this.prepare(channel));
    this.connections.push(connection);
    return connection;
  };

  /** The latest connection whose name has this ending. */
  connection(ending = ''): FakeConnection {
    const found = this.connections.findLast(({ options }) => options.clientProperties.connection_name.endsWith(ending));
    if (!found) throw new Error(`No connection is named "…${ending}".`);
    return found;
  }
}
