import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { type Assistant, readAssistant } from '#assistant';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { type Envelope, IncidentSettled, IncidentUpdated, type TurnCompleted, type DataOf } from '#contracts';
import { DialogueEngine, type Event } from '#dialogue-engine';
import { projectRoot } from '#service';
import { EmbeddedHost, Store } from '#store';
import { waitUntil } from '#testing';
import { ActionRequests } from '../action-servers/action-request.js';
import { ActionServers } from '../action-servers/action-servers.js';
import { ConversationStore } from '../conversations/conversation.store.js';
import { ActionRegistry } from '../actions/action.registry.js';
import { ActionRunner } from '../actions/action.runner.js';
import { TellOutcome, TellUpdate } from '../helpdesk-actions/notification.actions.js';
import { TurnEndingService } from '../turns/turn-ending.service.js';
import { TurnRunner } from '../turns/turn-runner.service.js';
import { TakeTurnService } from '../turns/take-turn.service.js';
import { NotificationHandler } from './notification.handler.js';
import { NotificationStore } from './notification.store.js';
import { NotificationSender } from './notification.sender.js';

const logger = pino({ level: 'silent' });

let assistant: Assistant;
let host: EmbeddedHost;
let store: Store;
let turnRunner: TurnRunner;
let endings: TurnEndingService;
let conversations: ConversationStore;
let bus: MessageBus;
let notifications: NotificationStore;
let sender: NotificationSender;
let handler: NotificationHandler;
let completed: DataOf<typeof TurnCompleted>[];
let count = 0;

beforeAll(async () => {
  ({ assistant } = await readAssistant(join(projectRoot, 'assistants/helpdesk')));
  host = new EmbeddedHost('memory://');
  store = new Store(host, { service: 'dialogue', folder: join(projectRoot, 'apps/dialogue/migrations') });
  await store.open();
  const nobody = new ActionServers([], new ActionRequests(assistant.domain, async () => [], false), logger);
  const actions = [new TellOutcome(), new TellUpdate()];
  const registry = new ActionRegistry(actions.map((instance) => ({ metatype: instance.constructor, instance })));
  turnRunner = new TurnRunner(new DialogueEngine(assistant), new ActionRunner(registry, nobody, 1_000), logger);
  endings = new TurnEndingService({ PUBLIC_URL: 'http://localhost:5005' }, logger);
  conversations = new ConversationStore(store);
  notifications = new NotificationStore(store);
});
afterAll(() => host.close());

beforeEach(() => {
  completed = [];
  bus = createBus({ service: 'dialogue', broker: new InProcessBroker() });
  const turns = new TakeTurnService(conversations, turnRunner, endings, bus);
  sender = new NotificationSender(notifications, turns, turnRunner, endings, logger);
  handler = new NotificationHandler(notifications, sender);
  bus.handle('turn.completed.v1', async (turn) => completed.push(turn as DataOf<typeof TurnCompleted>));
  bus.open();
});
afterEach(async () => {
  await sender.onModuleDestroy();
  await bus.close();
});

async function conversationWith(events: Event[], handedOffTo: string | null = null): Promise<string> {
  const id = `chat-${count++}`;
  await happens(id, events, handedOffTo);
  await bus.watch(id);
  return id;
}

async function happens(id: string, events: Event[], handedOffTo: string | null = null): Promise<void> {
  const messageId = `m${count++}`;
  const { conversation } = await conversations.load(id, messageId);
  const tracker = turnRunner.trackerOf(conversation);
  tracker.apply(...events);
  await conversations.record(conversation, {
    messageId,
    userText: null,
    events,
    outcome: { kind: 'completed', messages: [] },
    handedOffTo,
    snapshot: tracker.snapshot(),
    reminders: endings.remindersOf(tracker, 'socketio'),
  });
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
  await store.run((db) => db.execute(sql`update dialogue.waiting_news set not_before = now(), lease_until = null`));
  await sender.poll();
}

const texts = (): string[] => completed.flatMap(({ messages }) => messages.map(({ text = '' }) => text));
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
    expect(await conversations.turnsAfter(id, 0, 10)).toHaveLength(2);
    expect(completed[0]).not.toHaveProperty('messageId');
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
    await happens(id, [
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
    await happens(id, [
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
    await store.run((db) => db.execute(sql`update dialogue.waiting_news set not_before = now(), lease_until = null`));
    const taken = await Promise.all([notifications.takeDue(), notifications.takeDue(), notifications.takeDue()]);
    expect(taken.flat().filter(({ conversationId }) => conversationId === id)).toHaveLength(1);
  });

  it('are sent by another replica when the lease of a dead replica ends', async () => {
    await store.run((db) => db.execute(sql`truncate dialogue.waiting_news`));
    const id = await conversationWith([]);
    await notifications.keep('n-dead', id, envelope(IncidentUpdated.type, id, { conversationId: id, comment: 'x' }));
    await notifications.takeDue();
    expect(await notifications.takeDue()).toEqual([]);
    await store.run((db) => db.execute(sql`update dialogue.waiting_news set not_before = now(), lease_until = now()`));
    expect((await notifications.takeDue()).map((each) => each.id)).toEqual(['n-dead']);
    await notifications.renew(['n-dead']);
    expect(await notifications.takeDue()).toEqual([]);
    await notifications.forget('n-dead');
  });

  it('without an intent in the domain are dropped', async () => {
    const id = await conversationWith([]);
    delete (assistant.domain.intents as Record<string, unknown>)['incident_updated'];
    await updated(id, { comment: 'x' });
    await later();
    expect(await notifications.takeDue()).toEqual([]);
    expect(texts()).toEqual([]);
  });
});
