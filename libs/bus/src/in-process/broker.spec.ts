import { describe, expect, it } from '@jest/globals';
import { BusUnavailableError } from '../transport/errors.js';
import { InProcessBroker, MemoryQueue } from './broker.js';

const message = (text: string) => ({ body: Buffer.from(text), attempt: 1 });

describe('A queue in memory', () => {
  it('refuses new messages when it is full, but never one that was accepted before and comes back', () => {
    const queue = new MemoryQueue('small', 1);
    queue.put(message('one'));
    expect(() => queue.put(message('two'))).toThrow(BusUnavailableError);
    expect(() => queue.putBack(message('again'))).not.toThrow();
  });
});

describe('The broker of a process', () => {
  it('delivers by patterns, and no longer after the binding is gone', async () => {
    const broker = new InProcessBroker();
    const taken: string[] = [];
    broker.bind('inbox', '*.b');
    broker.queue('inbox').addConsumer(({ body }) => taken.push(body.toString()) > 0);
    const publish = (routingKey: string): void =>
      broker.publish({ destination: { kind: 'topic', routingKey, isMandatory: false }, body: Buffer.from(routingKey) });
    publish('a.b');
    publish('a.c');
    broker.unbind('inbox', '*.b');
    broker.unbind('inbox', '*.b');
    publish('x.b');
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toEqual(['a.b']);
  });
});
