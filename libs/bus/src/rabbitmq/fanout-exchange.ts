import { defaultTuning } from '../transport/transport.js';
import { Publisher } from './publisher.js';

export interface FanoutOptions {
  /** `amqp://user:password@host:port` */
  url: string;
  /** Name of the connection, for people who look at the broker. */
  name: string;
  exchange: string;
  /** Declared and bound; what is published stays in each until somebody takes it. */
  queues: string[];
  /** Marks each message as coming from this installation. */
  appId?: string;
  report?: (state: 'connected' | 'disconnected', reason?: string) => void;
}

/**
 * A durable fanout exchange for consumers that are not ours, such as analytics that attach to the events of
 * conversations. Exchange and queues are declared as Rasa's pika broker does, so either of the two may be first.
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

  /** Begins to connect and keeps trying; never throws for an absent broker. */
  open(): void {
    this.publisher.connection.open();
  }

  /** Why nothing can be published now, or `undefined` when it can. */
  problem(): string | undefined {
    return this.publisher.connection.problem();
  }

  /**
   * Publishes JSON, persistent. Resolves when the broker has it safely; messages arrive in the order of the calls.
   * @param messageId the same for the same message, so that consumers can tell a repetition
   * @throws BusUnavailableError when it was not confirmed
   */
  publish(body: Buffer, messageId: string): Promise<void> {
    const { exchange, appId } = this.options;
    const properties = { messageId, contentType: 'application/json', ...(appId && { appId }) };
    // Not mandatory would not be persistent; with a queue bound there always is somebody who takes it.
    return this.publisher.publish({ exchange, routingKey: '', body, isMandatory: true, properties });
  }

  async close(): Promise<void> {
    await this.publisher.drain();
    await this.publisher.connection.close();
  }
}
