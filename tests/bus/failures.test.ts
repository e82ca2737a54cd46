/** Failures: which messages are retried and which are parked. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PermanentError, RetryableError } from '#bus';
import { MessageReceived } from '#contracts';
import { waitUntil } from '#testing';
import { about, received, TRANSPORTS, type World } from './world.js';

describe.each(TRANSPORTS)('When a handler fails, the bus %s', (_, makeWorld) => {
  let world: World;

  beforeEach(() => {
    world = makeWorld();
  });
  afterEach(() => world.end());

  it('retries a retryable failure more often than an unexpected one, until the handler succeeds', async () => {
    let attempts = 0;
    await world.start('alpha', {
      [MessageReceived.type]: async () => {
        if (++attempts < 5) throw new RetryableError('the database is away');
      },
    });
    const sender = await world.start('sender');
    await sender.publish(MessageReceived, received(), about);
    await waitUntil('the handler is called a fifth time', () => attempts === 5);
    expect(await world.parked()).toEqual([]);
  });

  it('parks the message with the reason after three unexpected failures', async () => {
    let attempts = 0;
    await world.start('alpha', {
      [MessageReceived.type]: async () => {
        attempts++;
        throw new TypeError('x is not a function');
      },
    });
    const sender = await world.start('sender');
    await sender.publish(MessageReceived, received(), about);
    const parked = await waitUntil('the message is parked', async () => {
      const found = await world.parked();
      return found.length > 0 && found;
    });
    expect(parked).toEqual([expect.objectContaining({ reason: 'x is not a function' })]);
    expect(attempts).toBe(3);
  });

  it('parks the message at once after a permanent failure', async () => {
    let attempts = 0;
    await world.start('alpha', {
      [MessageReceived.type]: async () => {
        attempts++;
        throw new PermanentError('this text cannot be parsed');
      },
    });
    const sender = await world.start('sender');
    await sender.publish(MessageReceived, received(), about);
    const parked = await waitUntil('the message is parked', async () => {
      const found = await world.parked();
      return found.length > 0 && found;
    });
    expect(parked).toEqual([expect.objectContaining({ reason: 'this text cannot be parsed' })]);
    expect(attempts).toBe(1);
  });
});
