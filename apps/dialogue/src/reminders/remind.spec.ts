import { beforeEach, describe, expect, it } from '@jest/globals';
import { type DataOf, type Envelope, type ReminderTriggered } from '#contracts';
import { type Event } from '#dialogue-engine';
import { waitUntil } from '#testing';
import { DialogueFixture, logger, settle } from '../dialogue.fixture.js';
import { RemindHandler } from './remind.handler.js';
import { ReminderPoller } from './reminder.poller.js';
import { ReminderStore } from './reminder.store.js';

const PAST = '2026-01-01T08:00:00+00:00';

const dialogue = new DialogueFixture();
let reminders: ReminderStore;
let handler: RemindHandler;
let triggered: { data: DataOf<typeof ReminderTriggered>; cause: Envelope }[];

beforeEach(() => {
  triggered = [];
  const { bus, turns, turnRunner, endings, store } = dialogue;
  reminders = new ReminderStore(store);
  handler = new RemindHandler(turns, turnRunner, endings, reminders);
  bus.handle('reminder.triggered.v1', async (data, cause) => {
    triggered.push({ data: data as DataOf<typeof ReminderTriggered>, cause });
  });
  bus.open();
});

const reminder = (name: string, more: Record<string, unknown> = {}): Event => ({
  event: 'reminder',
  timestamp: 1,
  name,
  intent: 'help',
  date_time: PAST,
  kill_on_user_msg: false,
  ...more,
});

const said: Event = {
  event: 'user',
  timestamp: 2,
  text: 'hi',
  input_channel: 'rest',
  message_id: 'm',
  parse_data: { text: 'hi', intent: { name: 'greet', confidence: 1 }, entities: [], message_id: 'm', metadata: {} },
};

const poll = (): Promise<void> => new ReminderPoller(reminders, dialogue.bus, logger).poll();

/** Makes the reminders of one conversation due and delivers what is published for it, as the bus would. */
async function remind(id: string): Promise<void> {
  await poll();
  await settle();
  for (const { data, cause } of triggered.filter((each) => each.data.conversationId === id))
    await handler.remind(data, { ...cause, replykey: dialogue.bus.replyKey });
}

const turnsOf = (id: string) => dialogue.conversations.turnsAfter(id, 0, 100);

describe('A reminder', () => {
  it('becomes one turn when it is due, without a message of the person', async () => {
    const id = await dialogue.conversationWith([said, reminder('chase')]);
    await remind(id);
    await remind(id);
    const [, turn, ...more] = await turnsOf(id);
    expect(turn).toMatchObject({
      userText: null,
      outcome: { kind: 'completed', messages: [{ text: expect.any(String) }] },
    });
    expect(more).toEqual([]);
    const { conversation } = await dialogue.conversations.load(id, '');
    expect(conversation).not.toHaveProperty('hasReminders');
    expect(await dialogue.conversations.history(id, 10)).toContainEqual(
      expect.objectContaining({ event: 'user', text: 'EXTERNAL: help', input_channel: 'rest' }),
    );
  });

  it('is published with everything that its turn needs', async () => {
    const id = await dialogue.conversationWith([reminder('chase')]);
    await poll();
    await settle();
    expect(triggered.map(({ data }) => data)).toContainEqual({
      conversationId: id,
      name: 'chase',
      dueAt: '2026-01-01T08:00:00.000Z',
      outputChannel: 'socketio',
    });
  });

  it('is published by only one of several replicas', async () => {
    const id = await dialogue.conversationWith([reminder('chase')]);
    await Promise.all([poll(), poll(), poll()]);
    await settle();
    expect(triggered.filter(({ data }) => data.conversationId === id)).toHaveLength(1);
  });

  it('is recorded once and published again when it is delivered again', async () => {
    const id = await dialogue.conversationWith([reminder('chase')]);
    await dialogue.bus.watch(id);
    await remind(id);
    const [{ data, cause } = { data: undefined, cause: undefined }] = triggered;
    await handler.remind(data!, cause!);
    await waitUntil('both arrive', () => dialogue.completed.length === 2);
    expect(dialogue.completed[1]).toEqual(dialogue.completed[0]);
    expect(dialogue.completed[0]).not.toHaveProperty('messageId');
    expect(await turnsOf(id)).toHaveLength(2);
  });

  it.each<[string, Event[]]>([
    ['was cancelled', [{ event: 'cancel_reminder', name: 'chase', timestamp: 3 }]],
    ['ended with a restart', [{ event: 'restart', timestamp: 3 }]],
    ['ended with its session', [{ event: 'session_started', timestamp: 3 }]],
  ])('that %s does not come', async (_, events) => {
    const id = await dialogue.conversationWith([reminder('chase')]);
    await dialogue.happens(id, events);
    await remind(id);
    expect(await turnsOf(id)).toHaveLength(2);
    expect(triggered.filter(({ data }) => data.conversationId === id)).toEqual([]);
  });

  it('that a message cancels does not come, even if it was published already', async () => {
    const id = await dialogue.conversationWith([reminder('nudge', { kill_on_user_msg: true })]);
    await poll();
    await dialogue.happens(id, [said]);
    await remind(id);
    expect(await turnsOf(id)).toHaveLength(2);
  });

  it('that is scheduled again under its name comes at the new time', async () => {
    const id = await dialogue.conversationWith([reminder('chase')]);
    await poll();
    await dialogue.happens(id, [reminder('chase', { date_time: '2999-01-01T08:00:00' })]);
    await remind(id);
    expect(await turnsOf(id)).toHaveLength(2);
    const { conversation } = await dialogue.conversations.load(id, '');
    expect(conversation.hasReminders).toBe(true);
  });

  it('leaves a conversation with the host that has it', async () => {
    const id = await dialogue.conversationWith([reminder('chase')], 'second_desk');
    await remind(id);
    expect((await dialogue.conversations.load(id, '')).conversation.handedOffTo).toBe('second_desk');
    expect(await turnsOf(id)).toHaveLength(2);
  });

  it.each([
    ['2026-05-01T10:00:00Z', '2026-05-01T10:00:00.000Z'],
    ['2026-05-01T10:00:00+02:00', '2026-05-01T08:00:00.000Z'],
    ['2026-05-01T10:00:00.123456', '2026-05-01T10:00:00.123Z'],
    ['2026-05-01T10:00:00', '2026-05-01T10:00:00.000Z'],
  ])('with the date_time %s is due at %s; without a zone the time is UTC', async (date_time, due) => {
    const id = await dialogue.conversationWith([reminder('chase', { date_time })]);
    const tracker = dialogue.turnRunner.trackerOf((await dialogue.conversations.load(id, '')).conversation);
    expect(dialogue.endings.remindersOf(tracker, 'rest').map(({ dueAt }) => dueAt.toISOString())).toEqual([due]);
  });

  it.each([
    ['tomorrow', 'chase'],
    ['+200000-01-01T00:00:00Z', 'chase'],
    [PAST, 'a\u0000b'],
    [PAST, 'x'.repeat(10_000)],
  ])('with the invalid date_time or name (%s) never comes, and the conversation continues', async (date_time, name) => {
    const id = await dialogue.conversationWith([reminder(name, { date_time })]);
    await remind(id);
    expect(await turnsOf(id)).toHaveLength(1);
  });
});
