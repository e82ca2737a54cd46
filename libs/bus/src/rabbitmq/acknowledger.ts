import { type Channel, type ConsumeMessage } from 'amqplib';

/** How long acknowledgements are collected, so that one frame serves all of them. Milliseconds. */
const GATHER_MS = 20;

/**
 * Acknowledges the deliveries of one channel in batches. If the channel breaks first, the broker redelivers the
 * message, as it does when an acknowledgement is lost.
 */
export class Acknowledger {
  /** Delivery tags in progress, oldest first. The broker numbers the deliveries of a channel in ascending order. */
  private readonly atWork = new Set<number>();
  private done: ConsumeMessage[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly channel: Channel) {}

  /** Registers a delivery. Must be called for every delivery of the channel. */
  taken({ fields }: ConsumeMessage): void {
    this.atWork.add(fields.deliveryTag);
  }

  /** Acknowledges the delivery soon. */
  add(message: ConsumeMessage): void {
    this.atWork.delete(message.fields.deliveryTag);
    this.done.push(message);
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Returns the delivery to the broker for immediate redelivery. */
  giveBack(message: ConsumeMessage): void {
    this.atWork.delete(message.fields.deliveryTag);
    try {
      // reject, not nack: newer brokers do not count nacks towards the delivery limit.
      this.channel.reject(message, true);
    } catch {
      // The channel is closed, which returned the message already.
    }
  }

  /** Sends the collected acknowledgements. */
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
