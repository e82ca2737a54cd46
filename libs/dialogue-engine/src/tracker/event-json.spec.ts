import { describe, expect, it } from '@jest/globals';
import { assistantOf } from '../assistant.fixture.js';
import { type Event } from './event.js';
import { eventsFromJson, eventToJson } from './event-json.js';
import { Tracker } from './tracker.js';

const user = {
  event: 'user',
  timestamp: 1,
  metadata: { model_id: 'm' },
  text: 'vpn down',
  parse_data: {
    intent: { name: 'report', confidence: 0.9 },
    entities: [],
    text: 'vpn down',
    message_id: 'a1',
    metadata: {},
    intent_ranking: [],
  },
  input_channel: 'rest',
  message_id: 'a1',
};
const nothing = { elements: null, quick_replies: null, buttons: null, attachment: null, image: null, custom: null };

/** Every event with all of its fields, as in Rasa's trackers. */
const COMPLETE: Record<string, unknown>[] = [
  user,
  { event: 'bot', timestamp: 1, metadata: { utter_action: 'utter_a' }, text: 'A', data: nothing },
  {
    event: 'action',
    timestamp: 1,
    name: 'form',
    policy: 'RulePolicy',
    confidence: 1,
    action_text: null,
    hide_rule_turn: true,
  },
  {
    event: 'action',
    timestamp: 1,
    name: null,
    policy: null,
    confidence: null,
    action_text: 'Hi.',
    hide_rule_turn: false,
  },
  { event: 'slot', timestamp: 1, name: 'site', value: ['a'] },
  { event: 'reset_slots', timestamp: 1 },
  { event: 'restart', timestamp: 1 },
  { event: 'session_started', timestamp: 1 },
  { event: 'rewind', timestamp: 1 },
  { event: 'undo', timestamp: 1 },
  { event: 'pause', timestamp: 1 },
  { event: 'resume', timestamp: 1 },
  { event: 'export', timestamp: 1 },
  { event: 'followup', timestamp: 1, name: 'utter_a' },
  {
    event: 'reminder',
    timestamp: 1,
    intent: 'chase',
    entities: null,
    date_time: '2030-01-01T00:00:00Z',
    name: 'n',
    kill_on_user_msg: true,
  },
  { event: 'cancel_reminder', timestamp: 1, name: 'n', intent: null, entities: null },
  { event: 'agent', timestamp: 1, text: 'from a person', data: null },
  { event: 'active_loop', timestamp: 1, name: 'form' },
  { event: 'form', timestamp: 1, name: null },
  { event: 'loop_interrupted', timestamp: 1, is_interrupted: true },
  { event: 'form_validation', timestamp: 1, validate: false },
  { event: 'action_execution_rejected', timestamp: 1, name: 'form', policy: null, confidence: null },
  { event: 'user_featurization', timestamp: 1, use_text_for_featurization: true },
  { event: 'entities', timestamp: 1, entities: [{ entity: 'site', value: 'a', start: 0, end: 1 }] },
];

describe('events as JSON', () => {
  it.each(COMPLETE.map((json) => [json.event, json]))('keep every field of %s', (_, json) => {
    expect(eventsFromJson([json]).map(eventToJson)).toEqual([json]);
  });

  it('have null for missing fields', () => {
    const bare: Event[] = [
      { event: 'action', name: 'utter_a' },
      { event: 'reminder', intent: 'chase', date_time: '2030-01-01' },
      { event: 'bot', text: 'A', data: { ...nothing } },
    ];
    expect(bare.map(eventToJson)).toEqual([
      {
        event: 'action',
        timestamp: null,
        name: 'utter_a',
        policy: null,
        confidence: null,
        action_text: null,
        hide_rule_turn: false,
      },
      {
        event: 'reminder',
        timestamp: null,
        name: null,
        intent: 'chase',
        entities: null,
        date_time: '2030-01-01',
        kill_on_user_msg: true,
      },
      { event: 'bot', timestamp: null, metadata: {}, text: 'A', data: nothing },
    ]);
  });
});

it('a conversation of all of them has the resulting state', () => {
  const { domain } = assistantOf({
    intents: ['report'],
    entities: ['site'],
    slots: { site: { type: 'list' } },
    forms: { form: [] },
  });
  const replayed = (...events: Record<string, unknown>[]) => Tracker.replay('someone', domain, eventsFromJson(events));
  expect(() => replayed(...COMPLETE)).not.toThrow();
  expect(replayed(user).toRasaJson('ALL')).toMatchObject({ latest_message: user.parse_data, events: [user] });
  expect(replayed(user, COMPLETE.at(-1)!).latestMessage.entities).toHaveLength(1);
  expect(
    replayed(user, { event: 'form', name: 'form' }, { event: 'form_validation', validate: false }).activeLoop,
  ).toMatchObject({
    name: 'form',
    is_interrupted: true,
    trigger_message: user.parse_data,
  });
  expect(replayed({ event: 'slot', name: 'site', value: 'a' }).slot('site')).toEqual(['a']);
  expect(replayed({ event: 'slot', name: 'unknown', value: 'a' }).slots).not.toHaveProperty('unknown');
});
