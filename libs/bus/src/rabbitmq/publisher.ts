import { randomUUID } from 'node:crypto';
import { type Channel, type ChannelModel, type ConfirmChannel, type Message, type Options } from 'amqplib';
import { BusUnavailableError, UnroutableError } from '../transport/errors.js';
import { type BusTuning } from '../transport/transport.js';
import { BrokerConnection } from './connection.js';

/** Most unconfirmed publications; further ones are refused, and the user sees "busy". */
const MAX_UNCONFIRMED = 5_000;

export interface Publication {
  exchange: string;
  routingKey: string;
  body: Buffer;
  isMandatory: boolean;
  replyTo?: string | undefined;
  headers?: Record<string, unknown>;
  /** Overrides of our message properties; `messageId` must be unique among unconfirmed messages. */
  properties?: { messageId?: string; contentType?: string; appId?: string };
}

/** Publishes messages, with mandatory ones persistent, and reports each outcome: confirmed, returned or unknown. */
export class Publisher {
  readonly connection: BrokerConnection;
  private channel: ConfirmChannel | undefined;
  private readonly returned = new Set<string>();
  private unconfirmed = 0;

  constructor(
    url: string,
    name: string,
    private readonly tuning: BusTuning,
    report: (state: 'connected' | 'disconnected', reason?: string) => void,
    private readonly declare: (channel: Channel) => Promise<void> = () => Promise.resolve(),
  ) {
    this.connection = new BrokerConnection(url, `${name} publish`, {
      setUp: (model) => this.setUp(model),
      tornDown: () => (this.channel = undefined),
      report,
    });
  }

  /** Resolves when confirmed. @throws BusUnavailableError, UnroutableError */
  async publish({ exchange, routingKey, body, isMandatory, replyTo, headers, properties }: Publication): Promise<void> {
    if (this.connection.problem()) await this.connection.waitUntilUp(this.tuning.connectWaitMs);
    const channel = this.channel;
    const problem = this.connection.problem();
    if (!channel || problem) throw new BusUnavailableError(problem ?? 'the broker is away');
    if (this.unconfirmed >= MAX_UNCONFIRMED) {
      throw new BusUnavailableError(`${MAX_UNCONFIRMED} messages already wait for the broker`);
    }
    const messageId = properties?.messageId ?? randomUUID();
    const options: Options.Publish = {
      // A message that is not mandatory is for somebody who waits now. A database also has it, so it need not be persistent.
      persistent: isMandatory,
      mandatory: isMandatory,
      contentType: 'application/cloudevents+json',
      ...properties,
      messageId,
      ...(replyTo && { replyTo }),
      ...(headers && { headers }),
    };
    await this.confirmed((done) => channel.publish(exchange, routingKey, body, options, done));
    // A return arrives before its confirmation, so it is known by now.
    if (this.returned.delete(messageId)) {
      throw new UnroutableError(`Nobody takes ${routingKey}: is its service running?`);
    }
  }

  /** Waits until every publication is confirmed or lost. */
  async drain(): Promise<void> {
    await this.channel?.waitForConfirms().catch(() => undefined);
  }

  private confirmed(send: (done: (error: unknown) => void) => unknown): Promise<void> {
    this.unconfirmed++;
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new BusUnavailableError(`the broker did not confirm within ${this.tuning.confirmTimeoutMs} ms`)),
        this.tuning.confirmTimeoutMs,
      );
      const settle = (error: unknown): void => {
        clearTimeout(timer);
        if (error) reject(new BusUnavailableError('the broker refused the message', { cause: error }));
        else resolve();
      };
      try {
        send(settle);
      } catch (error) {
        settle(error);
      }
    }).finally(() => this.unconfirmed--);
  }

  private async setUp(model: ChannelModel): Promise<void> {
    const channel = await model.createConfirmChannel();
    channel.on('error', (error: Error) => this.connection.restart(error.message));
    channel.on('return', (message: Message) => this.returned.add(String(message.properties.messageId)));
    await this.declare(channel);
    this.returned.clear();
    this.channel = channel;
  }
}
