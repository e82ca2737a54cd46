import { describe, expect, it } from '@jest/globals';
import { action, assistantOf, intent, rule, type Sketch, story } from './assistant.fixture.js';
import { Conversation, outline } from './conversation.fixture.js';
import { Tracker } from './tracker/tracker.js';

const said = (text: string) => ({ kind: 'userText' as const, text });
const answered = (text: string) => ({ kind: 'botText' as const, text });

const base: Sketch = {
  intents: ['greet', 'ask'],
  responses: { utter_a: 'A', utter_b: 'B', utter_default: '?' },
  policies: [{ name: 'MemoizationPolicy', options: { max_history: 4 } }, { name: 'RulePolicy' }],
};

describe('stories by text', () => {
  const assistant = assistantOf({
    ...base,
    rules: [rule('asking', [intent('ask'), action('utter_b')])],
    stories: [
      story('texts', said('My  screen is Black'), answered('Did you press the button?'), intent('greet')),
      story('mixed', said('it hums'), action('utter_a'), said('still'), answered('Then wait.')),
    ],
  });

  it('are recalled by the text of a message, regardless of case and spacing', async () => {
    const talk = new Conversation(assistant);
    const turn = await talk.turn('nlu_fallback', ' my screen is black ');
    expect(turn.messages).toEqual([{ text: 'Did you press the button?' }]);
    expect(outline(turn).slice(3)).toEqual([
      'user',
      'user_featurization',
      'action null',
      'bot',
      'action action_listen',
    ]);
    expect(turn.events).toContainEqual(
      expect.objectContaining({ name: null, action_text: 'Did you press the button?', policy: 'MemoizationPolicy' }),
    );
    expect(turn.events).toContainEqual(expect.objectContaining({ use_text_for_featurization: true }));
  });

  it('continue after a turn recalled by its text, even in a stored conversation', async () => {
    const talk = new Conversation(assistant);
    expect(await talk.says('nlu_fallback', 'It hums')).toEqual(['A']);
    talk.tracker = Tracker.restore(talk.tracker.snapshot(), assistant.domain);
    expect(await talk.says('nlu_fallback', 'still')).toEqual(['Then wait.']);
  });

  it('take precedence over rules for the intent of the message', async () => {
    const talk = new Conversation(assistant);
    expect(await talk.says('ask', 'it hums')).toEqual(['A']);
    expect(await talk.says('ask', 'it is loud')).toEqual(['B']);
  });

  it('do not affect other messages', async () => {
    expect(await new Conversation(assistant).says('nlu_fallback', 'something else')).toEqual(['?']);
  });

  it('show a text as the latest action in the JSON of the tracker', async () => {
    const talk = new Conversation(assistant);
    await talk.turn('nlu_fallback', 'my screen is black');
    talk.tracker.apply({ event: 'undo' });
    expect(talk.tracker.toRasaJson('NONE')).toMatchObject({
      latest_action: { action_text: 'Did you press the button?' },
      latest_action_name: 'Did you press the button?',
    });
  });
});

describe('a rule by text', () => {
  it('applies to exactly this text, before the built-in answers to intents', async () => {
    const rules = [
      rule('text', [said('start over'), answered('As you wish.')]),
      rule('greeting', [intent('greet'), action('utter_a')]),
    ];
    const talk = new Conversation(assistantOf({ ...base, rules }));
    expect(await talk.says('restart', 'Start over')).toEqual(['As you wish.']);
    expect(await talk.says('greet', 'hello')).toEqual(['A']);
  });
});
