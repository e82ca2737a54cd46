import { beforeEach, describe, expect, it } from '@jest/globals';
import { action, assistantOf, intent, mapping, rule } from '../assistant.fixture.js';
import { Conversation, outline } from '../conversation.fixture.js';
import { actionExecuted, type ReminderEvent } from './event.js';
import { entitiesOf } from './reminder.js';
import { Tracker } from './tracker.js';

const assistant = assistantOf({
  intents: ['greet', 'chase'],
  entities: ['ticket'],
  slots: { ticket: { mappings: [mapping('from_entity', { entity: 'ticket' })] } },
  responses: { utter_hello: 'Hello', utter_chase: 'Any news of {ticket}?', utter_default: '?', utter_restart: 'Anew' },
  rules: [
    rule('greeting', [intent('greet'), action('utter_hello')]),
    rule('chasing', [intent('chase'), action('utter_chase')]),
  ],
  session: { expirationTime: 10 },
});
const reminder = (name: string | undefined, more: Partial<ReminderEvent> = {}): ReminderEvent => ({
  event: 'reminder',
  ...(name !== undefined && { name }),
  intent: 'chase',
  entities: [{ entity: 'ticket', value: 'INC7' }],
  date_time: '2030-01-01T08:00:00+00:00',
  kill_on_user_msg: false,
  ...more,
});
const to = { messageId: 'due', outputChannel: 'socketio' };

let talk: Conversation;
const schedule = (...events: ReminderEvent[]) => talk.engine.recordEvents(talk.tracker, events, talk.ports);
const names = () => talk.tracker.reminders.map(({ name }) => name);
const due = (name: string) => talk.engine.remind(talk.tracker, name, to, talk.ports);

beforeEach(async () => {
  talk = new Conversation(assistant);
  await talk.turn('greet');
});

describe('a reminder', () => {
  it('that is due is handled once, like a message with its intent and entities', async () => {
    schedule(reminder('chase INC7'));
    talk.clock.seconds += 3_600;
    const turn = await due('chase INC7');
    expect(turn && outline(turn)).toEqual([
      'user',
      'slot ticket="INC7"',
      'user_featurization',
      'action utter_chase',
      'bot',
      'action action_listen',
    ]);
    expect(turn?.messages).toEqual([{ text: 'Any news of INC7?' }]);
    expect(turn?.events[0]).toMatchObject({
      text: 'EXTERNAL: chase',
      input_channel: 'rest',
      metadata: { is_external: true },
      parse_data: { intent: { name: 'chase', confidence: 1 } },
    });
    expect(await due('chase INC7')).toBeUndefined();
  });

  it('replaces an earlier one of the same name, and without a name replaces none', () => {
    schedule(reminder('a'), reminder('a', { intent: 'greet' }), reminder(undefined), reminder(undefined));
    expect(talk.tracker.reminders).toHaveLength(3);
    expect(talk.tracker.reminders[0]).toMatchObject({ name: 'a', intent: 'greet' });
    expect(new Set(names()).size).toBe(3);
  });

  it('is cancelled by a message, unless it is set to survive messages', async () => {
    schedule(reminder('patient'), reminder('hasty', { kill_on_user_msg: true }));
    await talk.turn('greet');
    expect(names()).toEqual(['patient']);
    expect(await due('hasty')).toBeUndefined();
  });

  it('that a message cancelled stays cancelled when the message is undone', async () => {
    schedule(reminder('patient'), reminder('hasty', { kill_on_user_msg: true }));
    talk.engine.recordEvents(talk.tracker, [actionExecuted('action_listen')], talk.ports);
    expect(await talk.says('nonsense')).toEqual(['?']);
    expect(names()).toEqual(['patient']);
  });

  it.each([
    ['a restart', () => talk.turn('restart')],
    ['a new session', () => ((talk.clock.seconds += 601), talk.turn('greet'))],
  ])('ends with %s', async (_, happens) => {
    schedule(reminder('a'));
    await happens();
    expect(names()).toEqual([]);
  });

  it.each([
    [{ name: 'a' }, ['b', 'c']],
    [{ intent: 'chase' }, ['c']],
    [{ intent: 'greet', name: 'a' }, ['a', 'b', 'c']],
    [{ entities: { ticket: 'INC8' } }, ['a', 'c']],
    [{}, []],
  ])('is cancelled when it matches all given fields: %j', (wanted, left) => {
    schedule(
      reminder('a'),
      reminder('b', { entities: { ticket: 'INC8' } }),
      reminder('c', { intent: 'greet', entities: null }),
    );
    talk.engine.recordEvents(talk.tracker, [{ event: 'cancel_reminder', ...wanted }], talk.ports);
    expect(names()).toEqual(left);
  });

  it('survives a snapshot', () => {
    schedule(reminder('a'));
    const stored = JSON.parse(JSON.stringify(talk.tracker.snapshot())) as ReturnType<Tracker['snapshot']>;
    expect(Tracker.restore(stored, assistant.domain).reminders).toEqual(talk.tracker.reminders);
  });
});

describe('an intent from outside', () => {
  it('is handled in a new session if one is due', async () => {
    talk = new Conversation(assistant);
    const turn = await talk.engine.triggerIntent(
      talk.tracker,
      { ...to, intent: 'chase', entities: { ticket: ['INC1', 'INC2'] } },
      talk.ports,
    );
    expect(outline(turn).slice(0, 4)).toEqual([
      'action action_session_start',
      'session_started',
      'action action_listen',
      'user',
    ]);
    expect(turn.messages).toEqual([{ text: 'Any news of INC2?' }]);
    expect(talk.tracker.slot('session_started_metadata')).toBeNull();
  });

  it('is only recorded while the conversation is paused', async () => {
    talk.engine.recordEvents(talk.tracker, [{ event: 'pause' }], talk.ports);
    const turn = await talk.engine.triggerIntent(talk.tracker, { ...to, intent: 'chase' }, talk.ports);
    expect(outline(turn)).toEqual(['user']);
  });
});

it.each<[unknown, unknown]>([
  [{ ticket: 'INC1' }, [{ entity: 'ticket', value: 'INC1', start: 0, end: 0 }]],
  [[{ entity: 'ticket', value: 1, role: 'old' }], [{ entity: 'ticket', value: 1, role: 'old', start: 0, end: 0 }]],
  [[7, null, { value: 1 }], []],
  ['ticket', []],
  [null, []],
])('entities may be written as %j', (written, entities) => {
  expect(entitiesOf(written)).toEqual(entities);
});
