/** Tests form assistance with an assistant that collects damage reports. */
import { expect } from '@jest/globals';
import { type FormAssistance, type MappingCondition } from '#assistant/model';
import { action, assistantOf, intent, loop, mapping, rule } from '../assistant.fixture.js';
import { type Conversation, type Handler } from '../conversation.fixture.js';
import { slotSet } from '../tracker/event.js';

export const FORM = 'damage_form';
export const SLOTS = ['room', 'urgency', 'damage', 'sure'];
export const EXTRA = 'hint';
const asked = (requestedSlot: string): { conditions: MappingCondition[] } => ({
  conditions: [{ activeLoop: FORM, requestedSlot }],
});

export const assisting: Partial<FormAssistance> = {
  commands: ['help'],
  cancelIntent: 'cancel',
  correctIntent: 'correct',
  fieldEntity: 'field',
  skipIntent: 'skip',
  skippedValues: { urgency: 'low' },
  retryLimit: 3,
};

/** An assistant that collects damage reports: a room, an urgency, a description, and a confirmation. */
export const damages = (assistance?: Partial<FormAssistance>) =>
  assistantOf({
    intents: ['report', 'inform', 'help', 'affirm', 'deny', 'cancel', 'correct', 'skip'],
    entities: ['room', 'urgency', 'field'],
    slots: {
      room: { mappings: [mapping('from_entity', { entity: 'room' })] },
      // Not while the description is requested, so that a message there is the description only.
      urgency: {
        mappings: [
          mapping('from_entity', {
            entity: 'urgency',
            conditions: ['room', 'urgency', 'sure'].flatMap((slot) => asked(slot).conditions),
          }),
        ],
      },
      damage: { mappings: [mapping('from_text', { notIntents: ['affirm', 'deny'], ...asked('damage') })] },
      sure: {
        type: 'bool',
        mappings: [
          mapping('from_intent', { intents: ['affirm'], value: true, ...asked('sure') }),
          mapping('from_intent', { intents: ['deny'], value: false, ...asked('sure') }),
        ],
      },
      [EXTRA]: { mappings: [mapping('from_text', { conditions: [{ activeLoop: FORM }] })] },
    },
    forms: { [FORM]: SLOTS },
    responses: {
      utter_help: 'I report damages.',
      utter_default: 'Pardon?',
      utter_cannot_skip: 'Not this one.',
      utter_ask_room: 'Which room?',
      utter_ask_urgency: 'How bad?',
      utter_ask_damage: 'What happened?',
      utter_ask_sure: 'Report "{damage}" in {room} ({urgency})?',
      utter_bad_urgency: 'Low or high.',
      utter_confirm_cancel: 'Drop it?',
      utter_cancelled: 'Dropped.',
      utter_corrected: 'Changed.',
      utter_corrected_room: 'Now room {room}.',
      utter_choose_correction: 'Change what?',
      utter_way_out: 'Stuck?',
      utter_way_out_urgency: 'Stuck? You may skip this.',
    },
    actions: [`validate_${FORM}`, 'action_report'],
    rules: [
      rule('report', [intent('report'), action(FORM), loop(FORM)]),
      rule('reported', [action(FORM), loop(null), action('action_report')], { condition: [loop(FORM)] }),
      rule('help', [intent('help'), action('utter_help')]),
      rule('nothing to skip', [intent('skip'), action('utter_cannot_skip')]),
      ...['inform', 'affirm', 'deny', 'nlu_fallback', 'cancel', 'correct'].map((name) =>
        rule(`no use for ${name}`, [intent(name), action('utter_default')]),
      ),
    ],
    policies: [{ name: 'RulePolicy' }, { name: 'AugmentedMemoizationPolicy', options: { max_history: 3 } }],
    ...(assistance && { assistance }),
  });

export const assistant = damages(assisting);
const validate: Handler = ({ tracker }) => {
  const last = tracker.events.at(-1);
  const isBad = last?.event === 'slot' && last.name === 'urgency' && !['low', 'high'].includes(String(last.value));
  return isBad ? { responses: [{ response: 'utter_bad_urgency' }], events: [slotSet('urgency', null)] } : {};
};
export const actions: Record<string, Handler> = {
  [`validate_${FORM}`]: validate,
  action_report: ({ tracker }) => ({
    responses: [{ text: tracker.slot('sure') === true ? 'Reported.' : 'Not reported.' }],
    events: [{ event: 'reset_slots' }],
  }),
};

const QUESTIONS: Record<string, string[]> = {
  room: ['report'],
  urgency: ['report', 'inform room=12'],
  damage: ['report', 'inform room=12', 'inform urgency=high'],
  sure: ['report', 'inform room=12', 'inform urgency=high', 'inform'],
};

/** Answers the questions of the form up to the one for `slot`. */
export async function toQuestion(talk: Conversation, slot: string): Promise<void> {
  for (const line of QUESTIONS[slot]!) await talk.turn(line, line === 'inform' ? 'The tap drips.' : undefined);
  expect(talk.tracker.requestedSlot).toBe(slot);
}
export const answersIn = (talk: Conversation): Record<string, unknown> =>
  Object.fromEntries(SLOTS.map((slot) => [slot, talk.tracker.slot(slot)]));
