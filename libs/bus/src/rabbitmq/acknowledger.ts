import { type Channel, type ConsumeMessage } from 'amqplib';

/** Acknowledgements wait this long for company: one write to the broker's socket serves all of them. Milliseconds. */
const GATHER_MS = 3;

/**
 * Acknowledges deliveries of one channel, several at a time. One that was not sent when the channel breaks is delivered
 * again, as it would be had it been lost on the way.
 */
export class Acknowledger {
  private done: ConsumeMessage[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly channel: Channel) {}

  add(message: ConsumeMessage): void {
    this.done.push(message);
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Sends what is waiting. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const done = this.done;
    this.done = [];
    try {
      for (const message of done) this.channel.ack(message);
    } catch {
      // The channel is closed, which returned the messages already.
    }
  }
}
