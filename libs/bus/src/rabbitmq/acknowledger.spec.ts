import { describe, expect, it } from '@jest/globals';
import { type Channel, type ConsumeMessage } from 'amqplib';
import fc from 'fast-check';
import { Acknowledger } from './acknowledger.js';

const messageOf = (deliveryTag: number) => ({ fields: { deliveryTag } }) as ConsumeMessage;

/** The broker's view of the acknowledgements on a channel. */
class HeardChannel {
  readonly settled = new Set<number>();
  frames = 0;
  private readonly delivered: number[] = [];

  deliver(): ConsumeMessage {
    this.delivered.push(this.delivered.length + 1);
    return messageOf(this.delivered.length);
  }

  ack({ fields }: ConsumeMessage, allUpTo = false): void {
    this.frames++;
    for (const tag of this.delivered)
      if (tag === fields.deliveryTag || (allUpTo && tag < fields.deliveryTag)) this.settled.add(tag);
  }

  reject({ fields }: ConsumeMessage): void {
    this.settled.add(fields.deliveryTag);
  }
}

describe('Acknowledgements', () => {
  it('cover exactly the finished deliveries, in any order of completion', () => {
    const step = fc.oneof(
      fc.constant({ kind: 'deliver' as const }),
      fc.record({ kind: fc.constantFrom('end' as const, 'give back' as const), which: fc.nat() }),
      fc.constant({ kind: 'flush' as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const channel = new HeardChannel();
        const acknowledger = new Acknowledger(channel as unknown as Channel);
        const atWork: ConsumeMessage[] = [];
        const ended = new Set<number>();
        const check = () => {
          acknowledger.flush();
          expect([...channel.settled].sort((a, b) => a - b)).toEqual([...ended].sort((a, b) => a - b));
        };
        for (const each of steps) {
          if (each.kind === 'flush') check();
          else if (each.kind === 'deliver') {
            const message = channel.deliver();
            acknowledger.taken(message);
            atWork.push(message);
          } else {
            const [message] = atWork.splice(each.which % Math.max(1, atWork.length), 1);
            if (!message) continue;
            ended.add(message.fields.deliveryTag);
            if (each.kind === 'end') acknowledger.add(message);
            else acknowledger.giveBack(message);
          }
        }
        check();
      }),
    );
  });

  it('use one frame for many deliveries', () => {
    const channel = new HeardChannel();
    const acknowledger = new Acknowledger(channel as unknown as Channel);
    const messages = Array.from({ length: 10 }, () => channel.deliver());
    for (const message of messages) acknowledger.taken(message);
    for (const message of messages) acknowledger.add(message);
    acknowledger.flush();
    expect(channel.frames).toBe(1);
    expect(channel.settled.size).toBe(10);
  });
});
