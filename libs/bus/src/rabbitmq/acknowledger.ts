import { type Channel, type ConsumeMessage } from 'amqplib';

/** Acknowledgements wait this long for company: one frame serves all of them. Milliseconds. */
const GATHER_MS = 20;

/**
 * Acknowledges the deliveries of one channel, many at a time. One that was not sent when the channel breaks is delivered
 * again, as it would be had it been lost on the way.
 */
export class Acknowledger {
  /** Delivery tags that are at work, oldest first: the broker numbers the deliveries of a channel upwards. */
  private readonly atWork = new Set<number>();
  private done: ConsumeMessage[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly channel: Channel) {}

  /** Every delivery of the channel is to pass here first. */
  taken({ fields }: ConsumeMessage): void {
    this.atWork.add(fields.deliveryTag);
  }

  /** Acknowledges it soon. */
  add(message: ConsumeMessage): void {
    this.atWork.delete(message.fields.deliveryTag);
    this.done.push(message);
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Has the broker deliver it again at once. */
  giveBack(message: ConsumeMessage): void {
    this.atWork.delete(message.fields.deliveryTag);
    try {
      // reject, not nack: newer brokers do not count nacks towards the delivery limit.
      this.channel.reject(message, true);
    } catch {
      // The channel is closed, which returned the message already.
    }
  }

  /** Sends what is waiting. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const [oldestAtWork = Infinity] = this.atWork;
    let newest: ConsumeMessage | undefined;
    const beyond: ConsumeMessage[] = [];
    for (const message of this.done) {
      const { deliveryTag } = message.fields;
      if (deliveryTag > oldestAtWork) beyond.push(message);
      else if (!newest || deliveryTag > newest.fields.deliveryTag) newest = message;
    }
    this.done = [];
    try {
      if (newest) this.channel.ack(newest, true);
      for (const message of beyond) this.channel.ack(message);
    } catch {
      // The channel is closed, which returned the messages already.
    }
  }
}
