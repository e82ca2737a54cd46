import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { type Envelope, IncidentSettled, IncidentUpdated } from '#contracts';
import { type Event } from '#dialogue-engine';
import { waitUntil } from '#testing';
import { DialogueFixture, logger } from '../dialogue.fixture.js';
import { TellOutcome, TellUpdate } from '../helpdesk-actions/notification.actions.js';
import { NotificationHandler } from './notification.handler.js';
import { NotificationSender } from './notification.sender.js';
import { NotificationStore } from './notification.store.js';

let notifications: NotificationStore;
let sender: NotificationSender;
let handler: NotificationHandler;
let count = 0;

// Before the fixture's hook, which closes the bus.
afterEach(() => sender.onModuleDestroy());
const dialogue = new DialogueFixture([new TellOutcome(), new TellUpdate()]);

beforeEach(() => {
  const { bus, turns, turnRunner, endings, store } = dialogue;
  notifications = new NotificationStore(store);
  sender = new NotificationSender(notifications, turns, turnRunner, endings, logger);
  handler = new NotificationHandler(notifications, sender);
  bus.open();
});

async function conversationWith(events: Event[], handedOffTo: string | null = null): Promise<string> {
  const id = await dialogue.conversationWith(events, handedOffTo);
  await dialogue.bus.watch(id);
  return id;
}

const envelope = (type: string, subject: string, data: unknown): Envelope => ({
  specversion: '1.0',
  id: `e${count++}`,
  source: 'incident',
  type,
  subject,
  time: new Date(Date.UTC(2026, 0, 1, 0, 0, count)).toISOString(),
  correlationid: 'x',
  data,
});

async function settled(conversationId: string, outcome: object): Promise<void> {
  const data = { conversationId, operationId: `o${count++}`, title: 'Printer', outcome } as never;
  await handler.settled(data, envelope(IncidentSettled.type, conversationId, data));
}

async function updated(conversationId: string, more: object, changeId = `c${count++}`): Promise<void> {
  const data = { conversationId, changeId, number: 'INC7', title: 'Printer', ...more } as never;
  await handler.updated(data, envelope(IncidentUpdated.type, conversationId, data));
}

/** Makes the waiting notifications due. */
async function later(): Promise<void> {
  await sender.poll();
  await dialogue.store.run((db) =>
    db.execute(sql`update dialogue.waiting_news set not_before = now(), lease_until = null`),
  );
  await sender.poll();
}

const texts = (): string[] => dialogue.completed.flatMap(({ messages }) => messages.map(({ text = '' }) => text));
const heard = (words: string) => waitUntil(`"${words}" is said`, () => texts().some((text) => text.includes(words)));
const begun: Event = { event: 'active_loop', name: 'open_incident_form' };
const asked: Event = { event: 'slot', name: 'requested_slot', value: 'email' };

describe('Notifications of an incident', () => {
  it('are sent to the conversation once, by the assistant itself', async () => {
    const id = await conversationWith([]);
    await updated(id, { state: 'in progress', isResolved: false }, 'change-1');
    await heard('in progress');
    await updated(id, { state: 'in progress', isResolved: false }, 'change-1');
    await later();
    expect(await dialogue.conversations.turnsAfter(id, 0, 10)).toHaveLength(2);
    expect(dialogue.completed[0]).not.toHaveProperty('messageId');
  });

  it('tell the number of a recorded request, or why it has none', async () => {
    const id = await conversationWith([]);
    await settled(id, { kind: 'opened', number: 'INC0010008' });
    await heard('INC0010008');
    await settled(id, { kind: 'refused', reason: 'unknown-caller' });
    await heard('Printer');
  });

  it('wait while the assistant has an open question, and come after the answer', async () => {
    const id = await conversationWith([begun, asked]);
    await updated(id, { comment: 'On our way.' });
    await later();
    expect(texts()).toEqual([]);
    await dialogue.happens(id, [
      { event: 'active_loop', name: null },
      { ...asked, value: null },
    ]);
    await later();
    await heard('On our way.');
  });

  it('wait while another host has the conversation', async () => {
    const id = await conversationWith([], 'second_desk');
    await updated(id, { comment: 'On our way.' });
    await later();
    expect(texts()).toEqual([]);
  });

  it('come in the order in which they happened', async () => {
    const id = await conversationWith([begun, asked]);
    for (const comment of ['first', 'second', 'third']) await updated(id, { comment });
    await later();
    await dialogue.happens(id, [
      { event: 'active_loop', name: null },
      { ...asked, value: null },
    ]);
    await later();
    await heard('third');
    expect(texts().map((text) => /first|second|third/.exec(text)?.[0])).toEqual(['first', 'second', 'third']);
  });

  it('that a process stored and did not send are sent by the next process', async () => {
    const id = await conversationWith([]);
    const data = { conversationId: id, changeId: 'kept', number: 'INC7', title: 'Printer', comment: 'We are back.' };
    await notifications.keep('updated:kept', id, envelope(IncidentUpdated.type, id, data));
    await later();
    await heard('We are back.');
  });

  it('are sent by only one of several replicas', async () => {
    const id = await conversationWith([begun, asked]);
    await updated(id, { comment: 'x' });
    await sender.poll();
    await dialogue.store.run((db) =>
      db.execute(sql`update dialogue.waiting_news set not_before = now(), lease_until = null`),
    );
    const taken = await Promise.all([notifications.takeDue(), notifications.takeDue(), notifications.takeDue()]);
    expect(taken.flat().filter(({ conversationId }) => conversationId === id)).toHaveLength(1);
  });

  it('are sent by another replica when the lease of a dead replica ends', async () => {
    await dialogue.store.run((db) => db.execute(sql`truncate dialogue.waiting_news`));
    const id = await conversationWith([]);
    await notifications.keep('n-dead', id, envelope(IncidentUpdated.type, id, { conversationId: id, comment: 'x' }));
    await notifications.takeDue();
    expect(await notifications.takeDue()).toEqual([]);
    await dialogue.store.run((db) =>
      db.execute(sql`update dialogue.waiting_news set not_before = now(), lease_until = now()`),
    );
    expect((await notifications.takeDue()).map((each) => each.id)).toEqual(['n-dead']);
    await notifications.renew(['n-dead']);
    expect(await notifications.takeDue()).toEqual([]);
    await notifications.forget('n-dead');
  });

  it('without an intent in the domain are dropped', async () => {
    const id = await conversationWith([]);
    delete (dialogue.assistant.domain.intents as Record<string, unknown>)['incident_updated'];
    await updated(id, { comment: 'x' });
    await later();
    expect(await notifications.takeDue()).toEqual([]);
    expect(texts()).toEqual([]);
  });
});
