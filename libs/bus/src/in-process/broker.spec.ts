import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BusUnavailableError, UnroutableError } from '../transport/errors.js';
import { InProcessBroker, MemoryQueue } from './broker.js';

const message = (text: string) => ({ body: Buffer.from(text), attempt: 1 });

describe('A queue in memory', () => {
  it('refuses new messages when it is full, but never a message that was accepted before and is returned', () => {
    const queue = new MemoryQueue('small', 1);
    queue.put(message('one'));
    expect(() => queue.put(message('two'))).toThrow(BusUnavailableError);
    expect(() => queue.putBack(message('again'))).not.toThrow();
  });

  it('keeps messages while no consumer is free, and delivers them in order once one is', async () => {
    const queue = new MemoryQueue('work', 10);
    const taken: string[] = [];
    let isFree = false;
    queue.addConsumer(({ body }) => isFree && taken.push(body.toString()) > 0);
    for (const text of ['one', 'two', 'three']) queue.put(message(text));
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toEqual([]);
    isFree = true;
    queue.dispatch();
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toEqual(['one', 'two', 'three']);
  });
});

describe('The broker of a process', () => {
  it('delivers by patterns, and stops after the binding is removed', async () => {
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

  it('refuses a mandatory message without a binding, and drops any other', () => {
    const broker = new InProcessBroker();
    const publish = (isMandatory: boolean) => () =>
      broker.publish({ destination: { kind: 'topic', routingKey: 'a.b', isMandatory }, body: Buffer.from('x') });
    expect(publish(true)).toThrow(new UnroutableError('Nobody takes a.b: is its service running?'));
    expect(publish(false)).not.toThrow();
  });

  it('puts a message into each queue once, even if several of its bindings match', async () => {
    const broker = new InProcessBroker();
    const taken: string[] = [];
    for (const queue of ['one', 'two']) {
      for (const pattern of ['a.b', '*.b', 'a.*', '*.*']) broker.bind(queue, pattern);
      broker.queue(queue).addConsumer(() => taken.push(queue) > 0);
    }
    broker.publish({ destination: { kind: 'topic', routingKey: 'a.b', isMandatory: true }, body: Buffer.from('x') });
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken.sort()).toEqual(['one', 'two']);
  });

  it('matches a star with exactly one word', () => {
    const word = fc.constantFrom('a', 'b', 'c');
    const words = fc.array(word, { minLength: 1, maxLength: 4 });
    const pattern = fc.array(fc.oneof(word, fc.constant('*')), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(pattern, words, (asked, said) => {
        const broker = new InProcessBroker();
        broker.bind('queue', asked.join('.'));
        const publish = () =>
          broker.publish({
            destination: { kind: 'topic', routingKey: said.join('.'), isMandatory: true },
            body: Buffer.from('x'),
          });
        const expression = new RegExp(`^${asked.map((each) => (each === '*' ? '[^.]+' : each)).join('[.]')}$`);
        if (expression.test(said.join('.'))) expect(publish).not.toThrow();
        else expect(publish).toThrow(UnroutableError);
      }),
    );
  });

  it('removes a queue with all its bindings, and no other', () => {
    const broker = new InProcessBroker();
    for (const queue of ['gone', 'kept']) broker.bind(queue, 'shared.key');
    broker.bind('gone', 'own.key');
    broker.deleteQueue('gone');
    const publish = (routingKey: string) => () =>
      broker.publish({ destination: { kind: 'topic', routingKey, isMandatory: true }, body: Buffer.from('x') });
    expect(publish('own.key')).toThrow(UnroutableError);
    expect(publish('shared.key')).not.toThrow();
  });
});
