import { randomUUID } from 'node:crypto';
import { type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { InFlight } from '../transport/in-flight.js';
import {
  retryDelay,
  type BusTuning,
  type Delivery,
  type DeliveryHandler,
  type OutgoingMessage,
  type Transport,
} from '../transport/transport.js';
import { Acknowledger } from './acknowledger.js';
import { BrokerConnection } from './connection.js';
import { Publisher } from './publisher.js';
import { Topology } from './topology.js';

interface Consumer {
  /** Name on the broker. */
  queue: string;
  declare(channel: Channel): Promise<void>;
  handler: DeliveryHandler;
}

const ATTEMPT_HEADER = 'x-attempt';

/**
 * Transport over RabbitMQ 3.10 or newer: durable quorum queues, persistent and mandatory publications with confirms,
 * explicit acknowledgements, retries through waiting queues, dead letters to a parking queue. It publishes and consumes
 * on separate connections, so that the broker's flow control on the first cannot stop acknowledgements on the second.
 */
export class RabbitMqTransport implements Transport {
  readonly inbox: string;
  private readonly publisher: Publisher;
  private readonly connection: BrokerConnection;
  private readonly topology: Topology;
  private channel: Channel | undefined;
  private acknowledger: Acknowledger | undefined;
  private readonly consumers: Consumer[] = [];
  private readonly inboxKeys = new Set<string>();
  private readonly inFlight = new InFlight();

  constructor(
    service: string,
    url: string,
    private readonly tuning: BusTuning,
    report: (state: 'connected' | 'disconnected', reason?: string) => void = () => undefined,
  ) {
    this.inbox = `${tuning.namespace}-inbox-${service}-${randomUUID()}`;
    this.topology = new Topology(tuning);
    this.publisher = new Publisher(url, service, tuning, () => undefined);
    this.connection = new BrokerConnection(url, `${service} consume`, {
      setUp: (model) => this.setUp(model),
      tornDown: () => (this.channel = undefined),
      report,
    });
  }

  open(): void {
    this.publisher.connection.open();
    this.connection.open();
  }

  problem(): string | undefined {
    return this.connection.problem() ?? this.publisher.connection.problem();
  }

  publish({ destination, body, replyTo }: OutgoingMessage): Promise<void> {
    return this.publisher.publish(
      destination.kind === 'topic'
        ? {
            exchange: this.topology.exchange,
            routingKey: destination.routingKey,
            isMandatory: destination.isMandatory,
            body,
            replyTo,
          }
        : { exchange: '', routingKey: destination.name, isMandatory: false, body, replyTo },
    );
  }

  consume(queue: string, routingKey: string, handler: DeliveryHandler): void {
    this.consumers.push({
      queue: this.topology.workQueue(queue),
      declare: (channel) => this.topology.declareWorkQueue(channel, queue, routingKey),
      handler,
    });
  }

  consumeInbox(routingKeys: string[], handler: DeliveryHandler): void {
    for (const key of routingKeys) this.inboxKeys.add(key);
    this.consumers.push({
      queue: this.inbox,
      declare: (channel) => this.topology.declareInbox(channel, this.inbox, this.inboxKeys),
      handler,
    });
  }

  async bindInbox(routingKey: string): Promise<void> {
    this.inboxKeys.add(routingKey);
    // While the broker is unavailable, the key waits for the next set-up.
    await this.channel?.bindQueue(this.inbox, this.topology.exchange, routingKey).catch(() => undefined);
  }

  async unbindInbox(routingKey: string): Promise<void> {
    this.inboxKeys.delete(routingKey);
    await this.channel?.unbindQueue(this.inbox, this.topology.exchange, routingKey).catch(() => undefined);
  }

  async close(): Promise<void> {
    const channel = this.channel;
    if (channel) {
      await Promise.all(this.consumers.map(({ queue }) => channel.cancel(consumerTag(this.inbox, queue)))).catch(
        () => undefined,
      );
    }
    await this.inFlight.settle(this.tuning.drainTimeoutMs);
    this.acknowledger?.flush();
    await this.publisher.drain();
    // The channel is closed before its connection, which flushes the acknowledgements.
    await channel?.deleteQueue(this.inbox).catch(() => undefined);
    await channel?.close().catch(() => undefined);
    await this.connection.close();
    await this.publisher.connection.close();
  }

  private async setUp(model: ChannelModel): Promise<void> {
    const channel = await model.createChannel();
    const acknowledger = new Acknowledger(channel);
    channel.on('error', (error: Error) => this.connection.restart(error.message));
    await this.topology.declareShared(channel);
    for (const consumer of this.consumers) await consumer.declare(channel);
    await channel.prefetch(this.tuning.prefetch);
    for (const { queue, handler } of this.consumers) {
      const take = (message: ConsumeMessage | null): void => {
        if (message) {
          acknowledger.taken(message);
          void this.inFlight.add(this.handle(acknowledger, queue, message, handler));
        } else this.connection.restart(`the broker cancelled the consumer of ${queue}`);
      };
      await channel.consume(queue, take, { consumerTag: consumerTag(this.inbox, queue) });
    }
    this.channel = channel;
    this.acknowledger = acknowledger;
  }

  private async handle(
    acknowledger: Acknowledger,
    queue: string,
    message: ConsumeMessage,
    handler: DeliveryHandler,
  ): Promise<void> {
    const headers = message.properties.headers ?? {};
    const attempt = Number(headers[ATTEMPT_HEADER] ?? 1);
    const replyTo = message.properties.replyTo as string | undefined;
    const delivery: Delivery = { body: message.content, attempt, ...(replyTo && { replyTo }) };
    const disposition = await handler(delivery);
    try {
      if (disposition.kind === 'retry') {
        await this.publisher.publish({
          exchange: this.topology.retryExchange(retryDelay(this.tuning, attempt, disposition.afterMs)),
          routingKey: queue,
          body: message.content,
          isMandatory: true,
          replyTo,
          headers: { [ATTEMPT_HEADER]: attempt + 1 },
        });
      } else if (disposition.kind === 'park') {
        await this.publisher.publish({
          exchange: '',
          routingKey: this.topology.parkingQueue,
          body: message.content,
          isMandatory: true,
          headers: { 'x-queue': queue, 'x-reason': disposition.reason.slice(0, 1_000), [ATTEMPT_HEADER]: attempt },
        });
      }
      acknowledger.add(message);
    } catch {
      // The copy was not confirmed or the channel is gone. The broker keeps the original and redelivers it.
      acknowledger.giveBack(message);
    }
  }
}

const consumerTag = (inbox: string, queue: string): string => `${inbox}:${queue}`;
