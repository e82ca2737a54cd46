/** Delivery: which services receive a message, how often, and in which order. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PermanentError, UnroutableError } from '#bus';
import { IncidentOpen, MessageReceived, TurnCompleted, type Envelope } from '#contracts';
import { waitUntil } from '#testing';
import { about, incident, received, TRANSPORTS, type World } from './world.js';

describe.each(TRANSPORTS)('The bus %s', (_, makeWorld) => {
  let world: World;

  beforeEach(() => {
    world = makeWorld();
  });
  afterEach(() => world.end());

  it('delivers a published event once to each service that listens', async () => {
    const seen: string[] = [];
    await world.start('alpha', { [MessageReceived.type]: async () => void seen.push('alpha') });
    await world.start('beta', { [MessageReceived.type]: async () => void seen.push('beta') });
    const sender = await world.start('sender');
    await sender.publish(MessageReceived, received(), about);
    await waitUntil('both services have it', () => seen.length === 2);
    expect(seen.sort()).toEqual(['alpha', 'beta']);
  });

  it('shares the work among the replicas of a service', async () => {
    const seen: [string, string][] = [];
    const take = (replica: string) => async (data: unknown) =>
      void seen.push([replica, (data as { messageId: string }).messageId]);
    await world.start('alpha', { [MessageReceived.type]: take('first') });
    await world.start('alpha', { [MessageReceived.type]: take('second') });
    const sender = await world.start('sender');
    for (let i = 0; i < 20; i++) await sender.publish(MessageReceived, received(`m-${i}`), about);
    await waitUntil('all messages are handled', () => seen.length >= 20);
    expect(new Set(seen.map(([, id]) => id)).size).toBe(20);
    expect(seen).toHaveLength(20);
    expect(new Set(seen.map(([replica]) => replica))).toEqual(new Set(['first', 'second']));
  });

  it('keeps the order of messages for a single consumer', async () => {
    const seen: string[] = [];
    await world.start('alpha', {
      [MessageReceived.type]: async (data) => void seen.push((data as { messageId: string }).messageId),
    });
    const sender = await world.start('sender');
    const ids = Array.from({ length: 50 }, (_, i) => `m-${i}`);
    for (const id of ids) await sender.publish(MessageReceived, received(id), about);
    await waitUntil('all messages are handled', () => seen.length === 50);
    expect(seen).toEqual(ids);
  });

  it('carries text in any script unchanged', async () => {
    const text = 'Grüße 🤖 مرحبا \u0000 \u202e "quoted" \\ \n end';
    let seen: unknown;
    await world.start('alpha', { [MessageReceived.type]: async (data) => void (seen = data) });
    const sender = await world.start('sender');
    await sender.publish(MessageReceived, received('m-1', text), about);
    await waitUntil('the message arrives', () => seen);
    expect(seen).toEqual(received('m-1', text));
  });

  it('fills in the envelope and passes the correlation id, the cause and the reply key along a chain of messages', async () => {
    const envelopes: Envelope[] = [];
    const alpha = await world.start('alpha', {
      [MessageReceived.type]: async (_data, envelope) => {
        envelopes.push(envelope);
        await alpha.request(IncidentOpen, incident, { cause: envelope, timeoutMs: 5_000 });
      },
    });
    await world.start('desk', {
      [IncidentOpen.type]: async (_data, envelope) => {
        envelopes.push(envelope);
        return { kind: 'would-open' };
      },
    });
    const sender = await world.start('sender');
    await sender.publish(MessageReceived, received(), { ...about, replyKey: 'me' });
    await waitUntil('both messages are handled', () => envelopes.length === 2);
    const [first, second] = envelopes;
    expect(first).toMatchObject({ specversion: '1.0', source: 'sender', type: MessageReceived.type, subject: 'c-1' });
    expect(first?.correlationid).toBe(first?.id);
    expect(second).toMatchObject({
      source: 'alpha',
      subject: 'c-1',
      causationid: first?.id,
      correlationid: first?.id,
      replykey: 'me',
    });
  });

  it('rejects an event that no service has ever listened to', async () => {
    const sender = await world.start('sender');
    await expect(sender.publish(MessageReceived, received(), about)).rejects.toThrow(UnroutableError);
  });

  it('keeps an event for a service that has listened before and is down now', async () => {
    const bus = await world.start('alpha', { [MessageReceived.type]: async () => undefined });
    await bus.close();
    const sender = await world.start('sender');
    await sender.publish(MessageReceived, received(), about);
    let isHandled = false;
    await world.start('alpha', { [MessageReceived.type]: async () => void (isHandled = true) });
    await waitUntil('the restarted service has the event', () => isHandled);
  });

  it('refuses to publish a message that breaks its contract', async () => {
    const sender = await world.start('sender');
    await expect(sender.publish(MessageReceived, { ...received(), text: '' }, about)).rejects.toThrow(PermanentError);
  });

  it('delivers an addressed event only to the process that the reply key names', async () => {
    const seen: string[] = [];
    const first = await world.start('holder', { [TurnCompleted.type]: async () => void seen.push('first') });
    await world.start('holder', { [TurnCompleted.type]: async () => void seen.push('second') });
    const sender = await world.start('sender');
    const turn = { conversationId: 'c-1', turn: 1, messages: [] };
    await sender.publish(TurnCompleted, turn, { ...about, replyKey: first.replyKey });
    await sender.publish(TurnCompleted, { ...turn, turn: 2 }, { ...about, replyKey: first.replyKey });
    await waitUntil('both events arrive', () => seen.length === 2);
    expect(seen).toEqual(['first', 'first']);
  });

  it('delivers an addressed event once to every process that watches the conversation', async () => {
    const seen: string[] = [];
    const first = await world.start('holder', { [TurnCompleted.type]: async () => void seen.push('first') });
    const second = await world.start('holder', { [TurnCompleted.type]: async () => void seen.push('second') });
    const third = await world.start('holder', { [TurnCompleted.type]: async () => void seen.push('third') });
    await first.watch('c-1');
    await second.watch('c-1');
    await third.watch('c-2');
    const sender = await world.start('sender');
    const turn = { conversationId: 'c-1', turn: 1, messages: [] };
    await sender.publish(TurnCompleted, turn, { ...about, replyKey: first.replyKey });
    await waitUntil('both watchers have the first event', () => seen.length >= 2);
    await second.unwatch('c-1');
    await sender.publish(TurnCompleted, { ...turn, turn: 2 }, { ...about, replyKey: first.replyKey });
    await waitUntil('the remaining watcher has the second event', () => seen.length >= 3);
    expect(seen.sort()).toEqual(['first', 'first', 'second']);
  });

  it('accepts an addressed event for a conversation that no process has open', async () => {
    const sender = await world.start('sender');
    const turn = { conversationId: 'c-1', turn: 1, messages: [] };
    await expect(sender.publish(TurnCompleted, turn, about)).resolves.toBeUndefined();
  });
});
