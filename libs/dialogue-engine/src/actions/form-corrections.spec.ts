import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Conversation, crash } from '../conversation.fixture.js';
import { actions, answersIn, assistant, damages, EXTRA, FORM, toQuestion } from './form-assistance.fixture.js';

let talk: Conversation;
beforeEach(() => {
  talk = new Conversation(assistant, actions);
});

describe('correcting an earlier answer', () => {
  it('stores the new value, acknowledges it, and repeats the open question', async () => {
    await toQuestion(talk, 'urgency');
    expect(await talk.says('correct room=13')).toEqual(['Now room 13.', 'How bad?']);
    expect(await talk.says('inform room=14')).toEqual(['Now room 14.', 'How bad?']);
    expect(talk.tracker.slot('room')).toBe('14');
  });

  it('takes the value that differs from the present one', async () => {
    await toQuestion(talk, 'urgency');
    expect(await talk.says('correct room=13 room=12')).toEqual(['Now room 13.', 'How bad?']);
    expect(await talk.says('correct room=13 room=14')).toEqual(['Now room 14.', 'How bad?']);
    expect(await talk.says('inform room=15 room=14')).toEqual(['Now room 15.', 'How bad?']);
  });

  it('works at a free-text question, by intent or payload, regardless of the mapping’s conditions', async () => {
    await toQuestion(talk, 'damage');
    expect(await talk.says('correct urgency=low', 'no, it is not that bad')).toEqual(['Changed.', 'What happened?']);
    expect(await talk.says('inform urgency=high', '/inform{"urgency":"high"}')).toEqual(['Changed.', 'What happened?']);
    expect(answersIn(talk)).toMatchObject({ urgency: 'high', damage: null });
  });

  it('does not change other slots that a free-text answer mentions', async () => {
    await toQuestion(talk, 'damage');
    await talk.turn('inform room=13 urgency=low', 'Water runs into room 13, a minor thing.');
    expect(answersIn(talk)).toEqual({
      ...answersIn(talk),
      room: '12',
      urgency: 'high',
      damage: 'Water runs into room 13, a minor thing.',
    });
  });

  it('treats a message that corrects nothing as the free text', async () => {
    await toQuestion(talk, 'damage');
    await talk.turn('correct', 'The sign on the door is wrong.');
    expect(talk.tracker.slot('damage')).toBe('The sign on the door is wrong.');
  });

  it('validates the new value, and asks again when it is refused', async () => {
    await toQuestion(talk, 'sure');
    expect(await talk.says('correct urgency=odd')).toEqual(['Low or high.', 'How bad?']);
    expect(await talk.says('inform urgency=low')).toEqual(['Report "The tap drips." in 12 (low)?']);
  });

  it('is refused when validation fails, like an answer', async () => {
    await toQuestion(talk, 'damage');
    const broken = new Conversation(assistant, { ...actions, [`validate_${FORM}`]: crash });
    broken.tracker = talk.tracker;
    await broken.turn('correct urgency=low');
    expect(talk.tracker.slot('urgency')).toBeNull();
    expect(talk.tracker.requestedSlot).toBe('urgency');
  });

  it('is off where nothing is configured: another slot is filled without a message', async () => {
    talk = new Conversation(damages(), actions);
    await toQuestion(talk, 'urgency');
    expect(await talk.says('inform room=14')).toEqual(['How bad?']);
  });
});

describe('editing from the summary', () => {
  it.each([
    ['correct field=damage', 'What happened?'],
    ['deny field=damage', 'What happened?'],
    ['correct field=urgency', 'How bad?'],
  ])('asks again for the field that %s names, and then shows the summary', async (line, question) => {
    await toQuestion(talk, 'sure');
    expect(await talk.says(line)).toEqual([question]);
    const answer = line.endsWith('urgency') ? 'inform urgency=low' : 'inform';
    expect(await talk.says(answer, 'It pours.')).toEqual([
      line.endsWith('urgency') ? 'Report "The tap drips." in 12 (low)?' : 'Report "It pours." in 12 (high)?',
    ]);
    expect(await talk.says('affirm')).toEqual(['Reported.']);
  });

  it.each(['correct room=13', 'deny room=13', 'affirm room=13', 'inform room=13', 'correct field=room room=13'])(
    'stores the value of %s, and submits nothing',
    async (line) => {
      await toQuestion(talk, 'sure');
      expect(await talk.says(line)).toEqual(['Now room 13.', 'Report "The tap drips." in 13 (high)?']);
    },
  );

  it('asks what to change when the message names nothing', async () => {
    await toQuestion(talk, 'sure');
    expect(await talk.says('correct')).toEqual(['Change what?']);
    expect(await talk.says('correct field=urgency')).toEqual(['How bad?']);
  });

  it.each([
    ['deny', 'Not reported.'],
    ['affirm', 'Reported.'],
    ['affirm room=12', 'Reported.'],
    ['affirm field=room', 'Reported.'],
  ])('treats %s as the answer', async (line, said) => {
    await toQuestion(talk, 'sure');
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

describe('after any earlier messages', () => {
  it('a cancelled form leaves its slots empty, and no action follows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 10 }), async (lines) => {
        talk = new Conversation(assistant, actions);
        await talk.turn('report');
        for (const one of lines) await talk.turn(one);
        if (talk.tracker.activeLoop === null) await talk.turn('report');
        const isAsked = talk.tracker.requestedSlot === 'confirm_cancel';
        if (!isAsked) expect(await talk.says('cancel')).toEqual(['Drop it?']);
        expect(await talk.says('affirm')).toEqual(['Dropped.']);
        expect(answersIn(talk)).toEqual({ room: null, urgency: null, damage: null, sure: null });
        expect(talk.tracker.slot(EXTRA)).toBeNull();
        expect(talk.tracker.activeLoop).toBeNull();
        expect(talk.tracker.latestAction).toBe('action_listen');
      }),
      { numRuns: 60 },
    );
  });

  it('a correction of one answer does not change the others', async () => {
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
          const { [slot]: _, ...others } = answersIn(talk);
          await talk.turn(correction);
          expect(answersIn(talk)).toMatchObject(others);
        },
      ),
      { numRuns: 60 },
    );
  });
});
