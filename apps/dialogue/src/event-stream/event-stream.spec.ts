import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Event } from '#dialogue-engine';
import { projectRoot } from '#service';
import { EmbeddedHost, Store } from '#store';
import { waitUntil } from '#testing';
import { ConversationStore, VersionConflict, type NewTurn } from '../conversations/conversation.store.js';
import { type EventBroker } from './event-broker.js';
import { EventStream } from './event-stream.js';

/** A broker that fails after `refusesAfter` events. */
class TestBroker implements EventBroker {
  readonly got: { id: string; event: Record<string, unknown> }[] = [];
  refusesAfter = Infinity;
  isAway = false;

  open(): void {}
  problem(): string | undefined {
    return this.isAway ? 'away' : undefined;
  }
  async publish(event: string, id: string): Promise<void> {
    if (this.got.length >= this.refusesAfter) throw new Error('the line broke');
    this.got.push({ id, event: JSON.parse(event) as Record<string, unknown> });
  }
  async close(): Promise<void> {}
}

let host: EmbeddedHost;
let store: Store;
let broker: TestBroker;
let stream: EventStream;
let conversations: ConversationStore;
let count = 0;

beforeAll(async () => {
  host = new EmbeddedHost('memory://');
  store = new Store(host, { service: 'dialogue', folder: join(projectRoot, 'apps/dialogue/migrations') });
  await store.open();
});
afterAll(() => host.close());
beforeEach(() => {
  broker = new TestBroker();
  stream = streamTo(broker);
  conversations = new ConversationStore(store, stream);
});

const streamTo = (to: EventBroker): EventStream => new EventStream(store, to, pino({ level: 'silent' }), 'desk');

const turn = (messageId: string): NewTurn => ({
  messageId,
  userText: null,
  events: ['first', 'second'].map((name): Event => ({
    event: 'slot',
    timestamp: 1,
    name: `${name} of ${messageId}`,
    value: 1,
  })),
  outcome: { kind: 'completed', messages: [] },
  snapshot: {} as NewTurn['snapshot'],
  handedOffTo: null,
});

/** Records a turn of a new conversation for each message. */
async function conversation(...messageIds: string[]): Promise<string> {
  const id = `conversation-${count++}`;
  for (const messageId of messageIds) {
    const { conversation: current } = await conversations.load(id, messageId);
    await conversations.record(current, turn(messageId));
  }
  return id;
}

const namesOf = (id: string): unknown[] =>
  broker.got.filter(({ event }) => event['sender_id'] === id).map(({ event }) => event['name']);
const eventsOf = (...messageIds: string[]): string[] =>
  messageIds.flatMap((messageId) => [`first of ${messageId}`, `second of ${messageId}`]);

describe('EventStream', () => {
  it('sends the events of each recorded turn in order, with the conversation and the assistant', async () => {
    const id = await conversation('m1', 'm2');
    await waitUntil('they are sent', () => namesOf(id).length === 4);
    expect(namesOf(id)).toEqual(eventsOf('m1', 'm2'));
    expect(broker.got.find(({ id: messageId }) => messageId === `${id}:1:0`)?.event).toEqual({
      sender_id: id,
      event: 'slot',
      timestamp: 1,
      name: 'first of m1',
      value: 1,
      metadata: { assistant_id: 'desk' },
    });
  });

  it('does not send a turn that was not recorded', async () => {
    const id = await conversation('m1');
    const { conversation: stale } = await conversations.load(id, 'x');
    await conversations.record(stale, turn('m2'));
    await expect(conversations.record(stale, turn('m3'))).rejects.toThrow(VersionConflict);
    await stream.onApplicationShutdown();
    expect(namesOf(id)).toEqual(eventsOf('m1', 'm2'));
  });

  it('keeps the unsent events of a broken connection, and continues at the interrupted turn with the same ids', async () => {
    broker.refusesAfter = 3;
    const id = await conversation('m1', 'm2', 'm3');
    await waitUntil('the line breaks', () => broker.got.length === 3);
    broker.refusesAfter = Infinity;
    await stream.onApplicationShutdown();
    const once = [...new Map(broker.got.map((each) => [each.id, each.event['name']])).values()];
    expect(once).toEqual(eventsOf('m1', 'm2', 'm3'));
    expect(namesOf(id)).toHaveLength(7);
  });

  it('keeps everything for the next start while the broker is unavailable', async () => {
    broker.isAway = true;
    const id = await conversation('m1', 'm2');
    await stream.onApplicationShutdown();
    expect(broker.got).toEqual([]);
    broker.isAway = false;
    await streamTo(broker).onApplicationShutdown();
    expect(namesOf(id)).toEqual(eventsOf('m1', 'm2'));
  });

  it('sends more turns than one batch holds, and sends nothing twice', async () => {
    broker.isAway = true;
    const messageIds = Array.from({ length: 45 }, (_, index) => `m${index}`);
    const id = await conversation(...messageIds);
    broker.isAway = false;
    await stream.onApplicationShutdown();
    await streamTo(broker).onApplicationShutdown();
    expect(namesOf(id)).toEqual(eventsOf(...messageIds));
  });

  it('stores nothing when there is no broker', async () => {
    const unstreamed = new ConversationStore(store);
    const id = `conversation-${count++}`;
    const { conversation: fresh } = await unstreamed.load(id, 'm1');
    await unstreamed.record(fresh, turn('m1'));
    await stream.onApplicationShutdown();
    expect(namesOf(id)).toEqual([]);
  });
});
