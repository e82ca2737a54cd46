/** Start and close: nothing that has begun is cut off, and nothing is accepted that cannot be handled. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MessageReceived } from '#contracts';
import { waitUntil } from '#testing';
import { about, received, TRANSPORTS, type World } from './world.js';

describe.each(TRANSPORTS)('At start and at close, the bus %s', (_, makeWorld) => {
  let world: World;

  beforeEach(() => {
    world = makeWorld();
  });
  afterEach(() => world.end());

  it('finishes the message in progress before it closes and leaves the rest to another replica', async () => {
    const done: string[] = [];
    let finish: (() => void) | undefined;
    const closing = await world.start('alpha', {
      [MessageReceived.type]: async (data) => {
        await new Promise<void>((resolve) => (finish = resolve));
        done.push((data as { messageId: string }).messageId);
      },
    });
    const sender = await world.start('sender');
    await sender.publish(MessageReceived, received('begun'), about);
    await waitUntil('the handler has started', () => finish);
    const closed = closing.close();
    await world.start('alpha', {
      [MessageReceived.type]: async (data) => void done.push((data as { messageId: string }).messageId),
    });
    await sender.publish(MessageReceived, received('after'), about);
    await waitUntil('the other replica has taken over', () => done.includes('after'));
    expect(done).toEqual(['after']);
    finish?.();
    await closed;
    expect(done).toEqual(['after', 'begun']);
  });

  it('refuses a second handler for a type and a type without a contract', () => {
    const bus = world.bus('alpha');
    bus.handle(MessageReceived.type, async () => undefined);
    expect(() => bus.handle(MessageReceived.type, async () => undefined)).toThrow('two handlers');
    expect(() => bus.handle('message.lost.v1', async () => undefined)).toThrow('No contract is named');
  });

  it('refuses to publish after it has been closed', async () => {
    const bus = world.bus('alpha');
    bus.open();
    await waitUntil('it is connected', () => !bus.problem());
    await bus.close();
    await expect(bus.publish(MessageReceived, received(), about)).rejects.toThrow();
  });
});
