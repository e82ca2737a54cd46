import { defaultTuning } from '../transport/transport.js';
import { Publisher } from './publisher.js';

export interface FanoutOptions {
  /** `amqp://user:password@host:port` */
  url: string;
  /** Name of the connection, shown in the broker's management. */
  name: string;
  exchange: string;
  /** Queues to declare and bind. Messages stay in each of them until they are consumed. */
  queues: string[];
  /** Identifies the installation in each message. */
  appId?: string;
  report?: (state: 'connected' | 'disconnected', reason?: string) => void;
}

/**
 * A durable fanout exchange for external consumers, such as analytics of conversation events. Exchange and queues are
 * declared as Rasa's pika broker does, so either side may declare them first.
 */
export class FanoutExchange {
  private readonly publisher: Publisher;

  constructor(private readonly options: FanoutOptions) {
    const { url, name, exchange, queues, report = () => undefined } = options;
    this.publisher = new Publisher(url, name, defaultTuning, report, async (channel) => {
      await channel.assertExchange(exchange, 'fanout', { durable: true });
      for (const queue of queues) {
        await channel.assertQueue(queue, { durable: true });
        await channel.bindQueue(queue, exchange, '');
      }
    });
  }

  /** Starts to connect and keeps trying; never throws for an unavailable broker. */
  open(): void {
    this.publisher.connection.open();
  }

  /** Why nothing can be published now, or `undefined` when it can. */
  problem(): string | undefined {
    return this.publisher.connection.problem();
  }

  /**
   * Publishes persistent JSON. Resolves when the broker has confirmed it; messages arrive in the order of the calls.
   * @param messageId the same for a repeated message, so that consumers can detect it
   * @throws BusUnavailableError when it was not confirmed
   */
  publish(body: Buffer, messageId: string): Promise<void> {
    const { exchange, appId } = this.options;
    const properties = { messageId, contentType: 'application/json', ...(appId && { appId }) };
    // A message that is not mandatory would not be persistent. A queue is always bound, so it can be routed.
    return this.publisher.publish({ exchange, routingKey: '', body, isMandatory: true, properties });
  }

  async close(): Promise<void> {
    await this.publisher.drain();
    await this.publisher.connection.close();
  }
}
