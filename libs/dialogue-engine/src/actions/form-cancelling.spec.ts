import { beforeEach, describe, expect, it } from '@jest/globals';
import { Conversation } from '../conversation.fixture.js';
import { actions, answersIn, assistant, damages, SLOTS, toQuestion } from './form-assistance.fixture.js';

let talk: Conversation;
beforeEach(() => {
  talk = new Conversation(assistant, actions);
});

describe('a slot for free text', () => {
  it.each([
    ['help', 'what is this'],
    ['inform', '/inform{"urgency":"low"}'],
    ['restart', '/restart'],
    ['skip', 'skip that'],
    ['cancel', 'stop it'],
  ])('is not filled by %s: %s', async (line, text) => {
    await toQuestion(talk, 'damage');
    await talk.turn(line, text);
    expect(talk.tracker.slot('damage')).toBeNull();
  });

  it('is filled by commands and payloads too where nothing is configured, as in Rasa', async () => {
    talk = new Conversation(damages(), actions);
    await toQuestion(talk, 'damage');
    await talk.turn('cancel', 'stop it');
    expect(talk.tracker.slot('damage')).toBe('stop it');
  });
});

describe('cancelling', () => {
  it.each(SLOTS)('asks first and then drops all answers, at the question for %s', async (slot) => {
    await toQuestion(talk, slot);
    expect(await talk.says('cancel')).toEqual(['Drop it?']);
    expect(await talk.says('affirm')).toEqual(['Dropped.']);
    expect(talk.tracker.activeLoop).toBeNull();
    expect(talk.tracker.requestedSlot).toBeNull();
    expect(answersIn(talk)).toEqual({ room: null, urgency: null, damage: null, sure: null });
    expect(await talk.says('help')).toEqual(['I report damages.']);
  });

  it.each(
    Object.entries({ room: 'Which room?', damage: 'What happened?', sure: 'Report "The tap drips." in 12 (high)?' }),
  )('repeats the question for %s after a no', async (slot, question) => {
    await toQuestion(talk, slot);
    const before = answersIn(talk);
    await talk.turn('cancel');
    expect(await talk.says('deny')).toEqual([question]);
    expect(answersIn(talk)).toEqual(before);
  });

  it('treats a repeated request as a yes', async () => {
    await toQuestion(talk, 'urgency');
    await talk.turn('cancel');
    expect(await talk.says('cancel')).toEqual(['Dropped.']);
  });

  it('continues when the open question is answered instead', async () => {
    await toQuestion(talk, 'urgency');
    await talk.turn('cancel');
    expect(await talk.says('inform urgency=low')).toEqual(['What happened?']);
  });

  it('asks again after any other message, and stores none of it as free text', async () => {
    await toQuestion(talk, 'damage');
    await talk.turn('cancel');
    expect(await talk.says('help')).toEqual(['I report damages.', 'Drop it?']);
    expect(await talk.says('inform', 'hm, wait')).toEqual(['Pardon?', 'Drop it?']);
    expect(talk.tracker.slot('damage')).toBeNull();
    expect(await talk.says('affirm')).toEqual(['Dropped.']);
  });

  it('is an ordinary intent outside forms', async () => {
    expect(await talk.says('cancel')).toEqual(['Pardon?']);
  });

  it('works after the conversation was stored and loaded', async () => {
    await toQuestion(talk, 'urgency');
    await talk.turn('cancel');
    const other = new Conversation(assistant, actions);
    other.tracker = talk.tracker.copy();
    expect(await other.says('affirm')).toEqual(['Dropped.']);
  });
});
