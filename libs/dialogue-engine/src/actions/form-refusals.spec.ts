import { beforeEach, describe, expect, it } from '@jest/globals';
import { Conversation } from '../conversation.fixture.js';
import { actions, assistant, assisting, damages, toQuestion } from './form-assistance.fixture.js';

let talk: Conversation;
beforeEach(() => {
  talk = new Conversation(assistant, actions);
});

describe('too many refused answers', () => {
  it('lead to an offer of a way out, with the response of the slot if there is one', async () => {
    await toQuestion(talk, 'urgency');
    const refused = ['Low or high.', 'How bad?'];
    expect(await talk.says('inform urgency=odd')).toEqual(refused);
    expect(await talk.says('affirm')).toEqual(['Pardon?', 'How bad?']);
    expect(await talk.says('inform urgency=odd')).toEqual([...refused, 'Stuck? You may skip this.']);
    expect(await talk.says('skip')).toEqual(['What happened?']);
    expect(talk.tracker.slot('urgency')).toBe('low');
  });

  it('are counted even when a fallback undoes the message', async () => {
    await talk.turn('report');
    const said = [];
    for (let count = 0; count < 3; count += 1) said.push(await talk.says('unheard_of'));
    expect(said.map((texts) => texts.includes('Stuck?'))).toEqual([false, false, true]);
  });

  it('do not include commands, corrections and external messages', async () => {
    await toQuestion(talk, 'urgency');
    for (const line of ['help', 'help', 'correct room=13', 'help', 'correct', 'help'])
      expect(await talk.says(line)).not.toContain('Stuck? You may skip this.');
    const trigger = { intent: 'inform', messageId: 'm', outputChannel: 'rest' };
    for (let count = 0; count < 3; count += 1) {
      const { messages } = await talk.engine.triggerIntent(talk.tracker, trigger, talk.ports);
      expect(messages.map(({ text }) => text)).toEqual(['Pardon?', 'How bad?']);
    }
  });

  it('are counted from zero for the next question', async () => {
    await toQuestion(talk, 'urgency');
    await talk.turn('affirm');
    await talk.turn('affirm');
    await talk.turn('inform urgency=low');
    expect(await talk.says('affirm')).toEqual(['Pardon?', 'What happened?']);
  });

  it('allow skipping only a question that may be skipped', async () => {
    await talk.turn('report');
    expect(await talk.says('skip')).toEqual(['Not this one.', 'Which room?']);
  });

  it('have no effect where no limit is configured', async () => {
    talk = new Conversation(damages({ ...assisting, retryLimit: 0 }), actions);
    await talk.turn('report');
    for (let count = 0; count < 5; count += 1) expect(await talk.says('affirm')).toEqual(['Pardon?', 'Which room?']);
  });
});
