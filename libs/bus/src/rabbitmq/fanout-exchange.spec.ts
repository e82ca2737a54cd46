import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { turnOfTheLoop } from '../later.fixture.js';
import { FakeAmqp } from './fake-amqp.fixture.js';

let amqp = new FakeAmqp();
jest.unstable_mockModule('amqplib', () => ({ connect: (...given: [string, unknown]) => amqp.connect(...given) }));
const { FanoutExchange } = await import('./fanout-exchange.js');

describe('An exchange for external consumers', () => {
  beforeEach(() => {
    amqp = new FakeAmqp();
  });

  async function opened(more = {}) {
    const states: unknown[][] = [];
    const exchange = new FanoutExchange({
      url: 'amqp://broker',
      name: 'tracker events',
      exchange: 'events',
      queues: ['analytics', 'archive'],
      report: (...state) => states.push(state),
      ...more,
    });
    exchange.open();
    await turnOfTheLoop();
    return { exchange, states };
  }

  it("is declared as Rasa's broker does, with each queue bound", async () => {
    await opened();
    await amqp.connection('tracker events publish').up();
    expect(amqp.connection().channel.declared).toEqual([
      'exchange events fanout {"durable":true}',
      'queue analytics {"durable":true}',
      'bind analytics events ""',
      'queue archive {"durable":true}',
      'bind archive events ""',
    ]);
  });

  it('reports a problem while a queue of that name has other options', async () => {
    amqp.prepare = (channel) => (channel.failure = new Error('PRECONDITION_FAILED - inequivalent arg'));
    const { exchange, states } = await opened();
    await amqp.connection().up();
    expect(exchange.problem()).toBe('the broker is away: PRECONDITION_FAILED - inequivalent arg');
    expect(states).toEqual([]);
  });

  it('publishes persistent JSON with the message id for deduplication, and the app id of its installation', async () => {
    const { exchange, states } = await opened({ appId: 'ours' });
    await amqp.connection().up();
    await exchange.publish(Buffer.from('{"event":"slot"}'), 'c-1/7');
    expect(amqp.connection().channel.published[0]).toMatchObject({
      exchange: 'events',
      routingKey: '',
      options: { persistent: true, messageId: 'c-1/7', contentType: 'application/json', appId: 'ours' },
    });
    expect(states).toEqual([['connected', undefined]]);
  });

  it('sends no app id when none is configured', async () => {
    const { exchange } = await opened();
    await amqp.connection().up();
    await exchange.publish(Buffer.from('{}'), 'c-1/7');
    expect(amqp.connection().channel.published[0]?.options).not.toHaveProperty('appId');
  });

  it('disconnects on closing, after every publication is settled', async () => {
    const { exchange, states } = await opened();
    await amqp.connection().up();
    const { channel } = amqp.connection();
    channel.confirms = false;
    const published = exchange.publish(Buffer.from('{}'), 'c-1/7');
    const closed = exchange.close();
    await turnOfTheLoop();
    expect(amqp.connection().isClosed).toBe(false);
    channel.published[0]?.confirm(null);
    await Promise.all([published, closed]);
    expect(amqp.connection().isClosed).toBe(true);
    expect(states.at(-1)).toEqual(['disconnected', 'the broker is away: closed']);
  });
});
