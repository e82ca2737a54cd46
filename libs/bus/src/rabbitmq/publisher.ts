import { randomUUID } from 'node:crypto';
import { type Channel, type ChannelModel, type ConfirmChannel, type Message, type Options } from 'amqplib';
import { BusUnavailableError, UnroutableError } from '../transport/errors.js';
import { type BusTuning } from '../transport/transport.js';
import { BrokerConnection } from './connection.js';

/** Publications that may wait for their confirmation at once; more are refused, which reaches the user as "busy". */
const MAX_UNCONFIRMED = 5_000;

export interface Publication {
  exchange: string;
  routingKey: string;
  body: Buffer;
  isMandatory: boolean;
  replyTo?: string | undefined;
  headers?: Record<string, unknown>;
  /** Replace what our own messages have; `messageId` must be unique among those that wait for their confirmation. */
  properties?: { messageId?: string; contentType?: string; appId?: string };
}

/** Publishes messages, mandatory ones persistent, and knows of each whether the broker took it: confirmed, returned, or unknown. */
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
      // What no queue must take is for whoever waits now: it stands in a database and need not survive the broker.
      persistent: isMandatory,
      mandatory: isMandatory,
      contentType: 'application/cloudevents+json',
      ...properties,
      messageId,
      ...(replyTo && { replyTo }),
      ...(headers && { headers }),
    };
    await this.confirmed((done) => channel.publish(exchange, routingKey, body, options, done));
    // A return precedes its confirmation, so by now it is known.
    if (this.returned.delete(messageId)) {
      throw new UnroutableError(`Nobody takes ${routingKey}: is its service running?`);
    }
  }

  /** Waits until everything published is confirmed or lost. */
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
