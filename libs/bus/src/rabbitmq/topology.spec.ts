import { describe, expect, it } from '@jest/globals';
import { type Channel } from 'amqplib';
import fc from 'fast-check';
import { defaultTuning, retryDelay } from '../transport/transport.js';
import { FakeChannel } from './fake-amqp.fixture.js';
import { Topology } from './topology.js';

const tuning = { ...defaultTuning, namespace: 'shop', retryDelaysMs: [50, 200] };
const topology = new Topology(tuning);

async function declared(declare: (channel: Channel) => Promise<void>): Promise<string[]> {
  const channel = new FakeChannel();
  await declare(channel as unknown as Channel);
  return channel.declared;
}

const argumentsOf = (declaration: string | undefined): Record<string, unknown> => {
  const options = JSON.parse(declaration?.slice(declaration.indexOf('{')) ?? '{}') as { durable: boolean };
  expect(options.durable).toBe(true);
  return (options as unknown as { arguments: Record<string, unknown> }).arguments;
};

describe('The topology on the broker', () => {
  it('has the namespace in every name, so that installations can share a broker', async () => {
    const all = [
      ...(await declared((channel) => topology.declareShared(channel))),
      ...(await declared((channel) => topology.declareWorkQueue(channel, 'alpha.x.y.v1', 'x.y.v1'))),
    ];
    for (const each of all) expect(each).toMatch(/^(queue|exchange|bind) shop/);
  });

  it('consists of one topic exchange, the parking queue and a waiting queue for each step of the schedule', async () => {
    const names = (await declared((channel) => topology.declareShared(channel))).map((each) => each.split(' {')[0]);
    expect(names).toEqual([
      'exchange shop topic',
      'queue shop.parked',
      'exchange shop.retry.50 fanout',
      'queue shop.retry.50',
      'bind shop.retry.50 shop.retry.50 ""',
      'exchange shop.retry.200 fanout',
      'queue shop.retry.200',
      'bind shop.retry.200 shop.retry.200 ""',
    ]);
  });

  it('holds a waiting message for exactly its delay, and returns it to the queue of its routing key', async () => {
    const all = await declared((channel) => topology.declareShared(channel));
    const waiting = argumentsOf(all.find((each) => each.startsWith('queue shop.retry.200')));
    expect(waiting).toMatchObject({ 'x-message-ttl': 200, 'x-dead-letter-exchange': '' });
    expect(waiting).not.toHaveProperty('x-dead-letter-routing-key');
  });

  it('has a waiting queue for any delay that a failure asks for', async () => {
    const all = await declared((channel) => topology.declareShared(channel));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(), (attempt, afterMs) => {
        const exchange = topology.retryExchange(retryDelay(tuning, attempt, afterMs));
        expect(all.filter((each) => each.startsWith(`exchange ${exchange} `))).toHaveLength(1);
      }),
    );
  });

  it('survives a broker restart without loss: quorum queues with reject-publish and at-least-once dead letters', async () => {
    const all = [
      ...(await declared((channel) => topology.declareShared(channel))),
      ...(await declared((channel) => topology.declareWorkQueue(channel, 'alpha.x.y.v1', 'x.y.v1'))),
    ];
    const queues = all.filter((each) => each.startsWith('queue '));
    expect(queues).toHaveLength(4);
    for (const queue of queues) {
      const given = argumentsOf(queue);
      expect(given['x-queue-type']).toBe('quorum');
      if (given['x-dead-letter-exchange'] === undefined) continue;
      expect(given).toMatchObject({ 'x-overflow': 'reject-publish', 'x-dead-letter-strategy': 'at-least-once' });
    }
  });

  it('parks a message that crashes every process that receives it', async () => {
    const [queue, binding] = await declared((channel) =>
      topology.declareWorkQueue(channel, 'alpha.message.received.v1', 'message.received.v1'),
    );
    expect(queue).toMatch(/^queue shop\.alpha\.message\.received\.v1 /);
    expect(argumentsOf(queue)).toMatchObject({
      'x-delivery-limit': 10,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'shop.parked',
    });
    expect(binding).toBe('bind shop.alpha.message.received.v1 shop "message.received.v1"');
  });

  it('keeps an inbox during a short interruption and binds it to all of its keys', async () => {
    const all = await declared((channel) => topology.declareInbox(channel, 'shop-inbox-1', new Set(['a.*', 'b.*'])));
    expect(all).toEqual([
      'queue shop-inbox-1 {"durable":true,"expires":60000}',
      'bind shop-inbox-1 shop "a.*"',
      'bind shop-inbox-1 shop "b.*"',
    ]);
  });
});
