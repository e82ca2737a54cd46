import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { BusUnavailableError, UnroutableError } from '../transport/errors.js';
import { later, turnOfTheLoop } from '../later.fixture.js';
import { defaultTuning } from '../transport/transport.js';
import { FakeAmqp, type FakeChannel } from './fake-amqp.fixture.js';

let amqp = new FakeAmqp();
jest.unstable_mockModule('amqplib', () => ({ connect: (...given: [string, unknown]) => amqp.connect(...given) }));
const { Publisher } = await import('./publisher.js');

const LONG_MS = 60_000;
const message = { exchange: 'shop', routingKey: 'message.received.v1', body: Buffer.from('{}'), isMandatory: true };

describe('The publisher', () => {
  let open: { connection: { close(): Promise<void> } }[];
  beforeEach(() => {
    amqp = new FakeAmqp();
    open = [];
  });
  afterEach(async () => {
    for (const { connection } of open) await connection.close();
  });

  async function publisher(tuning = {}) {
    const made = new Publisher(
      'amqp://broker',
      'gateway',
      { ...defaultTuning, confirmTimeoutMs: LONG_MS, connectWaitMs: 0, ...tuning },
      () => undefined,
    );
    open.push(made);
    made.connection.open();
    await turnOfTheLoop();
    return made;
  }

  async function connected(tuning = {}, prepare: (channel: FakeChannel) => void = () => undefined) {
    amqp.prepare = prepare;
    const made = await publisher(tuning);
    await amqp.connection().up();
    return { publisher: made, channel: amqp.connection().channel };
  }
  const holding = (channel: FakeChannel): void => void (channel.confirms = false);

  it.each([true, false])('sends a message (mandatory: %s) as persistent and mandatory accordingly', async (is) => {
    const { publisher, channel } = await connected();
    await publisher.publish({ ...message, isMandatory: is, replyTo: 'inbox', headers: { 'x-attempt': 2 } });
    expect(channel.published).toEqual([
      expect.objectContaining({
        exchange: 'shop',
        routingKey: 'message.received.v1',
        body: message.body,
        options: {
          persistent: is,
          mandatory: is,
          contentType: 'application/cloudevents+json',
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
          replyTo: 'inbox',
          headers: { 'x-attempt': 2 },
        },
      }),
    ]);
  });

  it('does not resolve before the broker has confirmed', async () => {
    const { publisher, channel } = await connected({}, holding);
    let isDone = false;
    const done = publisher.publish(message).then(() => (isDone = true));
    await turnOfTheLoop();
    expect(isDone).toBe(false);
    channel.published[0]?.confirm(null);
    await done;
  });

  it('reports the outcome of each message, in any order of the broker’s confirmations', async () => {
    const outcome = fc.constantFrom('confirmed', 'refused', 'returned');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(), outcome), { maxLength: 12 }), async (settlements) => {
        const { publisher, channel } = await connected({}, holding);
        const results = Promise.all(
          settlements.map(() =>
            publisher.publish(message).then(
              () => 'confirmed',
              (error: Error) => (error instanceof UnroutableError ? 'returned' : 'refused'),
            ),
          ),
        );
        await turnOfTheLoop();
        const waiting = [...channel.published];
        const expected = new Map<unknown, string>();
        for (const [which, how] of settlements) {
          const [one] = waiting.splice(which % waiting.length, 1);
          expected.set(one?.options.messageId, how);
          if (how === 'returned') channel.return(one);
          else one?.confirm(how === 'confirmed' ? null : new Error('nacked'));
        }
        expect(await results).toEqual(channel.published.map(({ options }) => expected.get(options.messageId)));
      }),
      { numRuns: 30 },
    );
  });

  it('reports a message that no service handles', async () => {
    const { publisher, channel } = await connected({}, holding);
    const published = publisher.publish(message);
    await turnOfTheLoop();
    channel.return(channel.published[0]);
    await expect(published).rejects.toThrow('Nobody takes message.received.v1: is its service running?');
  });

  it('gives up on a missing confirmation, and on a channel that accepts nothing', async () => {
    const silent = await connected({ confirmTimeoutMs: 5 }, holding);
    await expect(silent.publisher.publish(message)).rejects.toThrow(
      new BusUnavailableError('the broker did not confirm within 5 ms'),
    );
    const broken = await connected({}, (channel) => void (channel.failure = undefined));
    broken.channel.failure = new Error('Channel closed');
    await expect(broken.publisher.publish(message)).rejects.toMatchObject({
      name: 'BusUnavailableError',
      message: 'the broker refused the message',
      cause: broken.channel.failure,
    });
  });

  it('refuses more than 5,000 unconfirmed messages, and accepts more once some are settled', async () => {
    const { publisher, channel } = await connected({}, holding);
    const accepted = Promise.all(Array.from({ length: 5_000 }, () => publisher.publish(message)));
    await turnOfTheLoop();
    await expect(publisher.publish(message)).rejects.toThrow('5000 messages already wait for the broker');
    channel.published[0]?.confirm(null);
    await turnOfTheLoop();
    const next = publisher.publish(message);
    for (const each of channel.published) each.confirm(null);
    await Promise.all([accepted, next]);
    expect(channel.published).toHaveLength(5_001);
  });

  it('waits for an unavailable broker no longer than configured, and then reports the reason', async () => {
    const away = await publisher();
    await expect(away.publish(message)).rejects.toThrow(new BusUnavailableError('not connected yet'));
    amqp.connection().emit('connect-failed', new Error('ECONNREFUSED'));
    await expect(away.publish(message)).rejects.toThrow('the broker is away: ECONNREFUSED');
  });

  it('publishes a waiting message when the connection returns', async () => {
    const away = await publisher({ connectWaitMs: LONG_MS });
    const published = away.publish(message);
    await amqp.connection().up();
    await expect(published).resolves.toBeUndefined();
  });

  it('uses the channel of the newest connection', async () => {
    const { publisher, channel } = await connected();
    amqp.connection().down(new Error('reset'));
    await expect(publisher.publish(message)).rejects.toThrow('the broker is away: reset');
    await amqp.connection().up();
    await publisher.publish(message);
    expect(channel.published).toHaveLength(0);
    expect(amqp.connection().channel.published).toHaveLength(1);
  });

  it('reconnects when the broker closes the channel', async () => {
    const { publisher, channel } = await connected();
    channel.emit('error', new Error('PRECONDITION_FAILED'));
    expect(amqp.connection().model?.isClosed).toBe(true);
    amqp.connection().down();
    expect(publisher.connection.problem()).toBe('PRECONDITION_FAILED');
  });

  it('drains: it waits until everything published is settled', async () => {
    const { publisher, channel } = await connected({}, holding);
    const published = publisher.publish(message);
    let isDrained = false;
    const drained = later();
    void publisher.drain().then(() => {
      isDrained = true;
      drained.resolve();
    });
    await turnOfTheLoop();
    expect(isDrained).toBe(false);
    channel.published[0]?.confirm(null);
    await Promise.all([published, drained.promise]);
  });
});
