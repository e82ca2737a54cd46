/** What forms do beyond Rasa's, on an assistant that reports damages: a room, how bad, what happened, and a summary. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FormAssistance, type MappingCondition } from '#assistant/model';
import { action, assistantOf, intent, loop, mapping, rule } from '../assistant.fixture.js';
import { Conversation, crash, type Handler } from '../conversation.fixture.js';
import { slotSet } from '../tracker/event.js';

const FORM = 'damage_form';
const SLOTS = ['room', 'urgency', 'damage', 'sure'];
const EXTRA = 'hint';
const asked = (requestedSlot: string): { conditions: MappingCondition[] } => ({
  conditions: [{ activeLoop: FORM, requestedSlot }],
});

const assisting: Partial<FormAssistance> = {
  commands: ['help'],
  cancelIntent: 'cancel',
  correctIntent: 'correct',
  fieldEntity: 'field',
  skipIntent: 'skip',
  skippedValues: { urgency: 'low' },
  retryLimit: 3,
};

const damages = (assistance?: Partial<FormAssistance>) =>
  assistantOf({
    intents: ['report', 'inform', 'help', 'affirm', 'deny', 'cancel', 'correct', 'skip'],
    entities: ['room', 'urgency', 'field'],
    slots: {
      room: { mappings: [mapping('from_entity', { entity: 'room' })] },
      // Only where the description is not asked for, so that what is said there is the description's.
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

const assistant = damages(assisting);
const validate: Handler = ({ tracker }) => {
  const last = tracker.events.at(-1);
  const isBad = last?.event === 'slot' && last.name === 'urgency' && !['low', 'high'].includes(String(last.value));
  return isBad ? { responses: [{ response: 'utter_bad_urgency' }], events: [slotSet('urgency', null)] } : {};
};
const actions: Record<string, Handler> = {
  [`validate_${FORM}`]: validate,
  action_report: ({ tracker }) => ({
    responses: [{ text: tracker.slot('sure') === true ? 'Reported.' : 'Not reported.' }],
    events: [{ event: 'reset_slots' }],
  }),
};

let talk: Conversation;
beforeEach(() => {
  talk = new Conversation(assistant, actions);
});

const QUESTIONS: Record<string, string[]> = {
  room: ['report'],
  urgency: ['report', 'inform room=12'],
  damage: ['report', 'inform room=12', 'inform urgency=high'],
  sure: ['report', 'inform room=12', 'inform urgency=high', 'inform'],
};
async function toQuestion(slot: string): Promise<void> {
  for (const line of QUESTIONS[slot]!) await talk.turn(line, line === 'inform' ? 'The tap drips.' : undefined);
  expect(talk.tracker.requestedSlot).toBe(slot);
}
const answers = () => Object.fromEntries(SLOTS.map((slot) => [slot, talk.tracker.slot(slot)]));

describe('a free text', () => {
  it.each([
    ['help', 'what is this'],
    ['inform', '/inform{"urgency":"low"}'],
    ['restart', '/restart'],
    ['skip', 'skip that'],
    ['cancel', 'stop it'],
  ])('is not taken from %s: %s', async (line, text) => {
    await toQuestion('damage');
    await talk.turn(line, text);
    expect(talk.tracker.slot('damage')).toBeNull();
  });

  it('takes commands, payloads and all where nothing is configured, as in Rasa', async () => {
    talk = new Conversation(damages(), actions);
    await toQuestion('damage');
    await talk.turn('cancel', 'stop it');
    expect(talk.tracker.slot('damage')).toBe('stop it');
  });
});

describe('cancelling', () => {
  it.each(SLOTS)('asks first and then drops everything, at the question for %s', async (slot) => {
    await toQuestion(slot);
    expect(await talk.says('cancel')).toEqual(['Drop it?']);
    expect(await talk.says('affirm')).toEqual(['Dropped.']);
    expect(talk.tracker.activeLoop).toBeNull();
    expect(talk.tracker.requestedSlot).toBeNull();
    expect(answers()).toEqual({ room: null, urgency: null, damage: null, sure: null });
    expect(await talk.says('help')).toEqual(['I report damages.']);
  });

  it.each(
    Object.entries({ room: 'Which room?', damage: 'What happened?', sure: 'Report "The tap drips." in 12 (high)?' }),
  )('goes on with the question for %s after a no', async (slot, question) => {
    await toQuestion(slot);
    const before = answers();
    await talk.turn('cancel');
    expect(await talk.says('deny')).toEqual([question]);
    expect(answers()).toEqual(before);
  });

  it('takes being told again for a yes', async () => {
    await toQuestion('urgency');
    await talk.turn('cancel');
    expect(await talk.says('cancel')).toEqual(['Dropped.']);
  });

  it('goes on when the open question is answered instead', async () => {
    await toQuestion('urgency');
    await talk.turn('cancel');
    expect(await talk.says('inform urgency=low')).toEqual(['What happened?']);
  });

  it('asks again after something else, and takes none of it for a text', async () => {
    await toQuestion('damage');
    await talk.turn('cancel');
    expect(await talk.says('help')).toEqual(['I report damages.', 'Drop it?']);
    expect(await talk.says('inform', 'hm, wait')).toEqual(['Pardon?', 'Drop it?']);
    expect(talk.tracker.slot('damage')).toBeNull();
    expect(await talk.says('affirm')).toEqual(['Dropped.']);
  });

  it('is an intent like any other outside of forms', async () => {
    expect(await talk.says('cancel')).toEqual(['Pardon?']);
  });

  it('survives that the conversation is stored in between', async () => {
    await toQuestion('urgency');
    await talk.turn('cancel');
    const other = new Conversation(assistant, actions);
    other.tracker = talk.tracker.copy();
    expect(await other.says('affirm')).toEqual(['Dropped.']);
  });
});

describe('too many refused answers', () => {
  it('are followed by a way out, by the response of the slot if there is one', async () => {
    await toQuestion('urgency');
    const refused = ['Low or high.', 'How bad?'];
    expect(await talk.says('inform urgency=odd')).toEqual(refused);
    expect(await talk.says('affirm')).toEqual(['Pardon?', 'How bad?']);
    expect(await talk.says('inform urgency=odd')).toEqual([...refused, 'Stuck? You may skip this.']);
    expect(await talk.says('skip')).toEqual(['What happened?']);
    expect(talk.tracker.slot('urgency')).toBe('low');
  });

  it('are counted also when a fallback takes the message back', async () => {
    await talk.turn('report');
    const said = [];
    for (let count = 0; count < 3; count += 1) said.push(await talk.says('unheard_of'));
    expect(said.map((texts) => texts.includes('Stuck?'))).toEqual([false, false, true]);
  });

  it('are not made by commands, corrections and messages from outside', async () => {
    await toQuestion('urgency');
    for (const line of ['help', 'help', 'correct room=13', 'help', 'correct', 'help'])
      expect(await talk.says(line)).not.toContain('Stuck? You may skip this.');
    const trigger = { intent: 'inform', messageId: 'm', outputChannel: 'rest' };
    for (let count = 0; count < 3; count += 1) {
      const { messages } = await talk.engine.triggerIntent(talk.tracker, trigger, talk.ports);
      expect(messages.map(({ text }) => text)).toEqual(['Pardon?', 'How bad?']);
    }
  });

  it('are counted afresh for the next question', async () => {
    await toQuestion('urgency');
    await talk.turn('affirm');
    await talk.turn('affirm');
    await talk.turn('inform urgency=low');
    expect(await talk.says('affirm')).toEqual(['Pardon?', 'What happened?']);
  });

  it('offer to skip only what may be skipped', async () => {
    await talk.turn('report');
    expect(await talk.says('skip')).toEqual(['Not this one.', 'Which room?']);
  });

  it('are no matter where no limit is configured', async () => {
    talk = new Conversation(damages({ ...assisting, retryLimit: 0 }), actions);
    await talk.turn('report');
    for (let count = 0; count < 5; count += 1) expect(await talk.says('affirm')).toEqual(['Pardon?', 'Which room?']);
  });
});

describe('correcting an earlier answer', () => {
  it('takes the new value, says so, and asks the open question again', async () => {
    await toQuestion('urgency');
    expect(await talk.says('correct room=13')).toEqual(['Now room 13.', 'How bad?']);
    expect(await talk.says('inform room=14')).toEqual(['Now room 14.', 'How bad?']);
    expect(talk.tracker.slot('room')).toBe('14');
  });

  it('takes the other one of two values', async () => {
    await toQuestion('urgency');
    expect(await talk.says('correct room=13 room=12')).toEqual(['Now room 13.', 'How bad?']);
    expect(await talk.says('correct room=13 room=14')).toEqual(['Now room 14.', 'How bad?']);
    expect(await talk.says('inform room=15 room=14')).toEqual(['Now room 15.', 'How bad?']);
  });

  it('works at the question for a free text, by intent or by payload, whatever the conditions of the mapping', async () => {
    await toQuestion('damage');
    expect(await talk.says('correct urgency=low', 'no, it is not that bad')).toEqual(['Changed.', 'What happened?']);
    expect(await talk.says('inform urgency=high', '/inform{"urgency":"high"}')).toEqual(['Changed.', 'What happened?']);
    expect(answers()).toMatchObject({ urgency: 'high', damage: null });
  });

  it('leaves to the answer what a free text mentions', async () => {
    await toQuestion('damage');
    await talk.turn('inform room=13 urgency=low', 'Water runs into room 13, a minor thing.');
    expect(answers()).toEqual({
      ...answers(),
      room: '12',
      urgency: 'high',
      damage: 'Water runs into room 13, a minor thing.',
    });
  });

  it('takes for a text what corrects nothing', async () => {
    await toQuestion('damage');
    await talk.turn('correct', 'The sign on the door is wrong.');
    expect(talk.tracker.slot('damage')).toBe('The sign on the door is wrong.');
  });

  it('validates the new value, and asks for it again when it is refused', async () => {
    await toQuestion('sure');
    expect(await talk.says('correct urgency=odd')).toEqual(['Low or high.', 'How bad?']);
    expect(await talk.says('inform urgency=low')).toEqual(['Report "The tap drips." in 12 (low)?']);
  });

  it('is refused like an answer when validation fails', async () => {
    await toQuestion('damage');
    const broken = new Conversation(assistant, { ...actions, [`validate_${FORM}`]: crash });
    broken.tracker = talk.tracker;
    await broken.turn('correct urgency=low');
    expect(talk.tracker.slot('urgency')).toBeNull();
    expect(talk.tracker.requestedSlot).toBe('urgency');
  });

  it('is not known where nothing is configured: another slot is filled in silence', async () => {
    talk = new Conversation(damages(), actions);
    await toQuestion('urgency');
    expect(await talk.says('inform room=14')).toEqual(['How bad?']);
  });
});

describe('editing from the summary', () => {
  it.each([
    ['correct field=damage', 'What happened?'],
    ['deny field=damage', 'What happened?'],
    ['correct field=urgency', 'How bad?'],
  ])('asks again for what %s names, and then shows the summary', async (line, question) => {
    await toQuestion('sure');
    expect(await talk.says(line)).toEqual([question]);
    const answer = line.endsWith('urgency') ? 'inform urgency=low' : 'inform';
    expect(await talk.says(answer, 'It pours.')).toEqual([
      line.endsWith('urgency') ? 'Report "The tap drips." in 12 (low)?' : 'Report "It pours." in 12 (high)?',
    ]);
    expect(await talk.says('affirm')).toEqual(['Reported.']);
  });

  it.each(['correct room=13', 'deny room=13', 'affirm room=13', 'inform room=13', 'correct field=room room=13'])(
    'takes the value of %s, and submits nothing',
    async (line) => {
      await toQuestion('sure');
      expect(await talk.says(line)).toEqual(['Now room 13.', 'Report "The tap drips." in 13 (high)?']);
    },
  );

  it('asks what to change when that was not said', async () => {
    await toQuestion('sure');
    expect(await talk.says('correct')).toEqual(['Change what?']);
    expect(await talk.says('correct field=urgency')).toEqual(['How bad?']);
  });

  it.each([
    ['deny', 'Not reported.'],
    ['affirm', 'Reported.'],
    ['affirm room=12', 'Reported.'],
    ['affirm field=room', 'Reported.'],
  ])('takes %s for the answer', async (line, said) => {
    await toQuestion('sure');
    expect(await talk.says(line)).toEqual([said]);
  });
});

const line = fc.oneof(
  fc.constantFrom(
    'report',
    'inform',
    'help',
    'affirm',
    'deny',
    'skip',
    'correct',
    'nlu_fallback',
    'unheard_of',
    'back',
  ),
  fc.constantFrom(
    'inform room=1',
    'inform urgency=low',
    'inform urgency=odd',
    'correct urgency=high',
    'correct room=2',
  ),
  fc.constantFrom('correct field=room', 'deny field=damage', 'affirm room=3', 'cancel'),
);

describe('whatever was said before', () => {
  it('a cancelled form leaves nothing of it filled, and nothing follows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 10 }), async (lines) => {
        talk = new Conversation(assistant, actions);
        await talk.turn('report');
        for (const one of lines) await talk.turn(one);
        if (talk.tracker.activeLoop === null) await talk.turn('report');
        const isAsked = talk.tracker.requestedSlot === 'confirm_cancel';
        if (!isAsked) expect(await talk.says('cancel')).toEqual(['Drop it?']);
        expect(await talk.says('affirm')).toEqual(['Dropped.']);
        expect(answers()).toEqual({ room: null, urgency: null, damage: null, sure: null });
        expect(talk.tracker.slot(EXTRA)).toBeNull();
        expect(talk.tracker.activeLoop).toBeNull();
        expect(talk.tracker.latestAction).toBe('action_listen');
      }),
      { numRuns: 60 },
    );
  });

  it('a correction of one answer leaves the others as they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 10 }),
        fc.constantFrom(
          ['room', 'correct room=7'],
          ['room', 'correct field=room'],
          ['urgency', 'correct urgency=low'],
          ['urgency', 'correct field=urgency room=9'],
          ['damage', 'correct field=damage urgency=low'],
        ),
        async (lines, [slot, correction]) => {
          talk = new Conversation(assistant, actions);
          await talk.turn('report');
          for (const one of lines) await talk.turn(one);
          const { activeLoop, requestedSlot } = talk.tracker;
          fc.pre(activeLoop !== null && requestedSlot !== slot && talk.tracker.slot(slot) !== null);
          const { [slot]: _, ...others } = answers();
          await talk.turn(correction);
          expect(answers()).toMatchObject(others);
        },
      ),
      { numRuns: 60 },
    );
  });
});
