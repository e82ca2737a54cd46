import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { waitUntil } from '#testing';
import { later, turnOfTheLoop } from '../later.fixture.js';
import { defaultTuning, type Delivery, type DeliveryHandler, type Disposition } from '../transport/transport.js';
import { FakeAmqp } from './fake-amqp.fixture.js';

let amqp = new FakeAmqp();
jest.unstable_mockModule('amqplib', () => ({ connect: (...given: [string, unknown]) => amqp.connect(...given) }));
const { RabbitMqTransport } = await import('./rabbitmq-transport.js');

const QUEUE = 'shop.alpha.work';
const tuning = { ...defaultTuning, namespace: 'shop', retryDelaysMs: [50, 200], connectWaitMs: 0 };

describe('The transport over RabbitMQ', () => {
  beforeEach(() => {
    amqp = new FakeAmqp();
  });

  async function opened(handler: DeliveryHandler) {
    const transport = new RabbitMqTransport('alpha', 'amqp://broker', tuning);
    transport.consume('alpha.work', 'message.received.v1', handler);
    transport.consumeInbox(['*.mine'], async () => ({ kind: 'done' }));
    transport.open();
    await turnOfTheLoop();
    const [publishing, consuming] = [amqp.connection('publish'), amqp.connection('consume')];
    await publishing.up();
    await consuming.up();
    return { transport, publishing, consuming };
  }
  const disposing = (disposition: Disposition) => opened(async () => disposition);

  it('publishes and consumes on separate connections, and needs both', async () => {
    const { transport, publishing, consuming } = await disposing({ kind: 'done' });
    expect(transport.problem()).toBeUndefined();
    publishing.down(new Error('one'));
    expect(transport.problem()).toBe('the broker is away: one');
    await publishing.up();
    consuming.down(new Error('other'));
    expect(transport.problem()).toBe('the broker is away: other');
  });

  it('consumes its queues after their declaration, with the configured prefetch count', async () => {
    const { transport, consuming } = await disposing({ kind: 'done' });
    const { channel } = consuming;
    expect([...channel.consumers.keys()]).toEqual([QUEUE, transport.inbox]);
    expect(channel.declared).toEqual(
      expect.arrayContaining([`bind ${QUEUE} shop "message.received.v1"`, `bind ${transport.inbox} shop "*.mine"`]),
    );
    expect(channel.prefetched).toBe(tuning.prefetch);
    expect(transport.inbox).toMatch(/^shop-inbox-alpha-[0-9a-f-]{36}$/);
  });

  it('sends a topic message to the exchange and an answer directly to its inbox', async () => {
    const { transport, publishing } = await disposing({ kind: 'done' });
    const body = Buffer.from('{}');
    await transport.publish({
      destination: { kind: 'topic', routingKey: 'x.y.v1', isMandatory: true },
      body,
      replyTo: 'mine',
    });
    await transport.publish({ destination: { kind: 'inbox', name: 'theirs' }, body });
    expect(publishing.channel.published).toMatchObject([
      { exchange: 'shop', routingKey: 'x.y.v1', options: { mandatory: true, replyTo: 'mine' } },
      { exchange: '', routingKey: 'theirs', options: { mandatory: false } },
    ]);
  });

  it('delivers the body, the attempt number and the reply address', async () => {
    const seen: Delivery[] = [];
    const { consuming } = await opened(async (delivery) => {
      seen.push(delivery);
      return { kind: 'done' };
    });
    consuming.channel.deliver(QUEUE, 'one');
    consuming.channel.deliver(QUEUE, 'two', { headers: { 'x-attempt': 4 }, replyTo: 'theirs' });
    expect(seen).toEqual([
      { body: Buffer.from('one'), attempt: 1 },
      { body: Buffer.from('two'), attempt: 4, replyTo: 'theirs' },
    ]);
  });

  it('acknowledges a finished message, and sends nothing', async () => {
    const { consuming, publishing } = await disposing({ kind: 'done' });
    consuming.channel.deliver(QUEUE, 'x');
    await waitUntil('it is acknowledged', () => consuming.channel.acked.length);
    expect([consuming.channel.acked, publishing.channel.published]).toEqual([[1], []]);
  });

  it('sends a message for a retry to the waiting queue of its delay, and then acknowledges it', async () => {
    const { consuming, publishing } = await disposing({ kind: 'retry', afterMs: 60 });
    consuming.channel.deliver(QUEUE, 'x', { headers: { 'x-attempt': 1 }, replyTo: 'theirs' });
    await waitUntil('it is acknowledged', () => consuming.channel.acked.length);
    expect(publishing.channel.published).toMatchObject([
      {
        exchange: 'shop.retry.200',
        routingKey: QUEUE,
        body: Buffer.from('x'),
        options: { mandatory: true, replyTo: 'theirs', headers: { 'x-attempt': 2 } },
      },
    ]);
  });

  it('parks a message with its queue, attempts and a reason of at most 1,000 characters', async () => {
    const { consuming, publishing } = await disposing({ kind: 'park', reason: 'x'.repeat(5_000) });
    consuming.channel.deliver(QUEUE, 'x', { headers: { 'x-attempt': 3 } });
    await waitUntil('it is acknowledged', () => consuming.channel.acked.length);
    expect(publishing.channel.published).toMatchObject([
      {
        exchange: '',
        routingKey: 'shop.parked',
        options: { mandatory: true, headers: { 'x-queue': QUEUE, 'x-attempt': 3, 'x-reason': 'x'.repeat(1_000) } },
      },
    ]);
  });

  it.each<Disposition>([
    { kind: 'retry', afterMs: 0 },
    { kind: 'park', reason: 'hopeless' },
  ])('returns a message to the broker when its copy is not confirmed: %j', async (disposition) => {
    const { consuming, publishing } = await disposing(disposition);
    publishing.channel.failure = new Error('Channel closed');
    consuming.channel.deliver(QUEUE, 'x');
    await waitUntil('it is given back', () => consuming.channel.rejected.length);
    expect([consuming.channel.rejected, consuming.channel.acked]).toEqual([[1], []]);
  });

  it('reconnects when the broker cancels a consumer or closes the channel', async () => {
    const { consuming } = await disposing({ kind: 'done' });
    consuming.channel.consumers.get(QUEUE)?.take(null);
    expect(consuming.model?.isClosed).toBe(true);
    await consuming.up();
    consuming.channel.emit('error', new Error('timeout'));
    expect(consuming.model?.isClosed).toBe(true);
  });

  it('binds its inbox to every current key, again after an interruption', async () => {
    const { transport, consuming } = await disposing({ kind: 'done' });
    await transport.bindInbox('kept');
    await transport.bindInbox('gone');
    await transport.unbindInbox('gone');
    expect(consuming.channel.declared.slice(-3)).toEqual([
      `bind ${transport.inbox} shop "kept"`,
      `bind ${transport.inbox} shop "gone"`,
      `unbind ${transport.inbox} shop "gone"`,
    ]);
    consuming.down();
    await transport.bindInbox('while away');
    await consuming.up();
    const bound = consuming.channel.declared.filter((each) => each.startsWith(`bind ${transport.inbox} `));
    expect(bound.map((each) => each.split(' shop ')[1])).toEqual(['"*.mine"', '"kept"', '"while away"']);
  });

  it('closes in order: stops receiving, finishes and acknowledges messages in progress, and then disconnects', async () => {
    const finish = later();
    const { transport, consuming, publishing } = await opened(async () => {
      await finish.promise;
      return { kind: 'done' };
    });
    const { channel } = consuming;
    channel.deliver(QUEUE, 'x');
    const closed = transport.close();
    await turnOfTheLoop();
    expect(channel.ended).toEqual([
      `cancel ${transport.inbox}:${QUEUE}`,
      `cancel ${transport.inbox}:${transport.inbox}`,
    ]);
    expect(consuming.isClosed).toBe(false);
    finish.resolve();
    await closed;
    expect(channel.acked).toEqual([1]);
    expect(channel.ended.slice(2)).toEqual([`delete ${transport.inbox}`, 'close']);
    expect([consuming.isClosed, publishing.isClosed]).toEqual([true, true]);
  });

  it('closes even while the broker is unavailable', async () => {
    const transport = new RabbitMqTransport('alpha', 'amqp://broker', tuning);
    transport.open();
    await turnOfTheLoop();
    await transport.close();
    expect(amqp.connections.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });
});
