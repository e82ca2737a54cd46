import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { projectRoot } from '#service';
import { EmbeddedHost, Store } from '#store';
import { type Event } from '#dialogue-engine';
import { ConversationStore, VersionConflict, type NewTurn } from './conversation.store.js';

let host: EmbeddedHost;
let store: Store;
let conversations: ConversationStore;
let count = 0;
const freshId = (): string => `conversation-${count++}`;

const snapshot = (mark: string) => ({ mark }) as unknown as NewTurn['snapshot'];
const turn = (messageId: string, more: Partial<NewTurn> = {}): NewTurn => ({
  messageId,
  userText: `text of ${messageId}`,
  events: [],
  outcome: { kind: 'completed', messages: [{ text: `answer to ${messageId}` }] },
  snapshot: snapshot(messageId),
  handedOffTo: null,
  ...more,
});

beforeAll(async () => {
  host = new EmbeddedHost('memory://');
  store = new Store(host, { service: 'dialogue', folder: join(projectRoot, 'apps/dialogue/migrations') });
  await store.open();
  conversations = new ConversationStore(store);
});
afterAll(() => host.close());

/** Records a turn for each of these messages, one after the other. */
async function recordAll(id: string, ...messageIds: string[]): Promise<void> {
  for (const messageId of messageIds) {
    const { conversation } = await conversations.load(id, messageId);
    await conversations.record(conversation, turn(messageId));
  }
}

describe('ConversationStore', () => {
  it('loads an empty conversation for an unknown id', async () => {
    const id = freshId();
    expect(await conversations.load(id, 'm1')).toEqual({
      conversation: { id, version: 0, snapshotVersion: 0, eventsSince: [], handedOffTo: null },
    });
    expect(await conversations.findTurn(id, 'm1')).toBeUndefined();
    expect(await conversations.turnsAfter(id, 0, 10)).toEqual([]);
  });

  it('loads a conversation as its last turn left it', async () => {
    const id = freshId();
    await recordAll(id, 'm1');
    const { conversation } = await conversations.load(id, 'm2');
    expect(await conversations.record(conversation, turn('m2', { handedOffTo: 'desk' }))).toBe(2);
    expect(await conversations.load(id, 'm3')).toEqual({
      conversation: {
        id,
        version: 2,
        snapshot: snapshot('m2'),
        snapshotVersion: 1,
        eventsSince: [],
        handedOffTo: 'desk',
      },
    });
  });

  it.each([1, 2, 7, 8, 9, 10, 16, 17, 30])(
    'gives another replica the state of a conversation of %i turns',
    async (count) => {
      const id = freshId();
      const names = Array.from({ length: count }, (_, at) => `m${at + 1}`);
      for (const name of names) {
        const { conversation } = await conversations.load(id, name);
        await conversations.record(conversation, turn(name, { events: [{ event: 'followup', name }] }));
      }
      const { conversation } = await new ConversationStore(store).load(id, 'next');
      const said = conversation.eventsSince.map((event) => ('name' in event ? event.name : undefined));
      const { mark } = conversation.snapshot as unknown as { mark: string };
      expect([mark, ...said]).toEqual(names.slice(names.indexOf(mark)));
      expect(conversation.version).toBe(count);
    },
  );

  it('ignores its cached snapshot after another replica took a turn', async () => {
    const id = freshId();
    const other = new ConversationStore(store);
    await recordAll(id, 'm1');
    const { conversation } = await other.load(id, 'm2');
    await other.record(conversation, turn('m2', { events: [{ event: 'pause' }] }));
    expect((await conversations.load(id, 'm3')).conversation).toMatchObject({
      version: 2,
      snapshot: snapshot('m1'),
      eventsSince: [{ event: 'pause' }],
    });
    await expect(conversations.record({ ...conversation, version: 1 }, turn('m3'))).rejects.toThrow(VersionConflict);
  });

  it('records the turns of many conversations at once, and refuses only those with a stale version', async () => {
    const ids = Array.from({ length: 30 }, freshId);
    for (const id of ids) await recordAll(id, 'm1');
    const loaded = await Promise.all(ids.map((id) => conversations.load(id, 'm2')));
    const stale = new Set(ids.filter((_, at) => at % 3 === 0));
    for (const id of stale) await recordAll(id, 'elsewhere');
    const writing = loaded.map(({ conversation }, at) =>
      conversations.record(conversation, turn('m2', { userText: `text ${at}` })),
    );
    const results = await Promise.allSettled(writing);
    for (const [at, result] of results.entries()) {
      const id = ids[at]!;
      const isLost = stale.has(id);
      expect(result.status).toBe(isLost ? 'rejected' : 'fulfilled');
      expect(await conversations.turnsAfter(id, 1, 10)).toMatchObject([
        { number: 2, userText: isLost ? 'text of elsewhere' : `text ${at}` },
      ]);
    }
  });

  it('finds the outcome of a recorded message, however long ago it was recorded', async () => {
    const id = freshId();
    await recordAll(id, 'm1', 'm2', 'm3');
    const recorded = { number: 1, outcome: turn('m1').outcome };
    expect((await conversations.load(id, 'm1')).recorded).toEqual(recorded);
    expect(await conversations.findTurn(id, 'm1')).toEqual(recorded);
  });

  it('distinguishes messages with the same id in different conversations', async () => {
    const [one, other] = [freshId(), freshId()];
    await recordAll(one, 'm1');
    expect((await conversations.load(other, 'm1')).recorded).toBeUndefined();
    await recordAll(other, 'm1');
    expect(await conversations.turnsAfter(other, 0, 10)).toHaveLength(1);
  });

  it.each([0, 1])('lets one of several writers of version %i win and refuses the others', async (version) => {
    const id = freshId();
    await recordAll(id, ...['first'].slice(0, version));
    const { conversation } = await conversations.load(id, 'm');
    const writers = ['a', 'b', 'c'].map((messageId) => conversations.record(conversation, turn(messageId)));
    const results = await Promise.allSettled(writers);
    const lost = results.filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(2);
    for (const { reason } of lost) expect(reason).toBeInstanceOf(VersionConflict);
    expect(await conversations.turnsAfter(id, version, 10)).toHaveLength(1);
    const winner = ['a', 'b', 'c'][results.findIndex(({ status }) => status === 'fulfilled')] ?? '';
    expect((await conversations.load(id, 'm')).conversation).toMatchObject({
      version: version + 1,
      snapshot: snapshot(winner),
    });
  });

  it('refuses a message that already has a turn, and changes nothing', async () => {
    const id = freshId();
    await recordAll(id, 'm1');
    const { conversation } = await conversations.load(id, 'm1');
    await expect(conversations.record(conversation, turn('m1', { handedOffTo: 'desk' }))).rejects.toThrow(
      VersionConflict,
    );
    expect((await conversations.load(id, 'm1')).conversation).toMatchObject({ version: 1, handedOffTo: null });
  });

  it('refuses a writer that read an older version', async () => {
    const id = freshId();
    const { conversation: old } = await conversations.load(id, 'm1');
    await recordAll(id, 'm1', 'm2');
    await expect(conversations.record(old, turn('m3'))).rejects.toThrow(VersionConflict);
    await expect(conversations.record({ ...old, version: 1 }, turn('m3'))).rejects.toThrow(VersionConflict);
    await expect(conversations.record({ ...old, version: 7 }, turn('m3'))).rejects.toThrow(VersionConflict);
    expect(await conversations.turnsAfter(id, 0, 10)).toHaveLength(2);
  });

  it('distinguishes a lost race from an unavailable database, whatever the id of the conversation', async () => {
    const id = 'connection timeout, terminated and closed';
    const { conversation } = await conversations.load(id, 'm1');
    await recordAll(id, 'm1');
    await expect(conversations.record({ ...conversation, version: 5 }, turn('m2'))).rejects.toThrow(VersionConflict);
  });

  it('lists the newest turns after a number, oldest first, up to a limit', async () => {
    const id = freshId();
    await recordAll(id, 'm1', 'm2', 'm3', 'm4');
    const numbers = async (after: number, limit: number) =>
      (await conversations.turnsAfter(id, after, limit)).map(({ number }) => number);
    expect(await numbers(0, 10)).toEqual([1, 2, 3, 4]);
    expect(await numbers(2, 10)).toEqual([3, 4]);
    expect(await numbers(0, 2)).toEqual([3, 4]);
    expect(await numbers(4, 10)).toEqual([]);
  });

  it('stores every text unchanged', async () => {
    const id = `${freshId()} \ud83d`;
    const text = `Grüße 👩🏽‍🚒 ' " \\ \n ; drop table turns; -- ${'x'.repeat(8_000)}`;
    // A text column can hold neither of these characters; JSON can hold both.
    const odd = `${text} \0 \ud83d`;
    const { conversation } = await conversations.load(id, 'm1');
    const events: Event[] = [{ event: 'slot', name: 'odd', value: odd }];
    await conversations.record(
      conversation,
      turn('m1', { userText: `${text}\ud83d`, events, outcome: { kind: 'completed', messages: [{ text: odd }] } }),
    );
    expect(await conversations.turnsAfter(id, 0, 1)).toMatchObject([
      { userText: `${text}\ufffd`, outcome: { messages: [{ text: odd }] } },
    ]);
    expect(await conversations.history(id, 1)).toEqual(events);
  });
});
