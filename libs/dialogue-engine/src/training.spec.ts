import { describe, expect, it } from '@jest/globals';
import {
  action,
  assistantOf,
  checkpoint,
  intent,
  loop,
  or,
  rule,
  slot,
  type Sketch,
  story,
} from './assistant.fixture.js';
import { InvalidAssistant } from './stories/assistant-check.js';
import { Conversation } from './conversation.fixture.js';
import { DialogueEngine } from './engine.js';
import { slotSet } from './tracker/event.js';

const base: Sketch = {
  intents: ['greet', 'ask', 'thank'],
  entities: ['vip'],
  slots: { vip: { type: 'bool', influencesConversation: true }, name: { influencesConversation: true } },
  forms: { form: [] },
  responses: { utter_a: 'A', utter_b: 'B', utter_c: 'C', utter_default: '?' },
};

function problemsOf(sketch: Sketch): string[] {
  try {
    new DialogueEngine(assistantOf({ ...base, ...sketch }));
    return [];
  } catch (error) {
    if (error instanceof InvalidAssistant) return error.findings.map(({ message }) => message);
    throw error;
  }
}

const greetsWithA = rule('greets with A', [intent('greet'), action('utter_a')]);

describe('an assistant is refused', () => {
  it.each<[string, Sketch, RegExp]>([
    [
      'two rules contradict each other',
      { rules: [greetsWithA, rule('other', [intent('greet'), action('utter_b')])] },
      /other/,
    ],
    [
      'a story contradicts a rule',
      { rules: [greetsWithA], stories: [story('s', intent('greet'), action('utter_b'))] },
      /Story "s"/,
    ],
    ['a rule overrides a built-in answer', { rules: [rule('r', [intent('restart'), action('utter_a')])] }, /built-in/],
    [
      'a rule has two user turns',
      { rules: [rule('r', [intent('greet'), action('utter_a'), intent('ask')])] },
      /one user turn/,
    ],
    ['an intent is unknown', { rules: [rule('r', [intent('nope'), action('utter_a')])] }, /intent "nope"/],
    ['an action is unknown', { stories: [story('s', intent('greet'), action('utter_nope'))] }, /"utter_nope"/],
    ['a slot is unknown', { rules: [rule('r', [slot('nope', 1), action('utter_a')])] }, /slot "nope"/],
    ['a form is unknown', { rules: [rule('r', [action('utter_a'), loop('nope')])] }, /form "nope"/],
    ['a form requires an unknown slot', { forms: { form: ['nope'] } }, /slot "nope"/],
    ['there are rules and no RulePolicy', { rules: [greetsWithA], policies: [] }, /RulePolicy/],
    [
      'a rule leaves out what an action does in others',
      {
        rules: [
          rule('with', [intent('greet'), action('utter_a'), slot('vip', true), action('utter_b')]),
          rule('without', [intent('ask'), action('utter_a'), action('utter_b')]),
        ],
      },
      /"without" leaves out/,
    ],
  ])('when %s', (_, sketch, wanted) => {
    expect(problemsOf(sketch)).toContainEqual(expect.stringMatching(wanted));
  });

  it('but not when rules and stories agree', () => {
    const stories = [story('s', intent('greet'), action('utter_a'), intent('ask'), action('utter_b'))];
    expect(problemsOf({ rules: [greetsWithA], stories })).toEqual([]);
  });
});

it('names the parts that it does not use', () => {
  const noticesWith = (...names: string[]) => {
    const policies = names.map((name) => ({ name }));
    const { notices } = new DialogueEngine(assistantOf({ ...base, policies, stories: [story('s', intent('greet'))] }));
    return notices.map(({ level, message }) => `${level}: ${message}`);
  };
  expect(noticesWith('RulePolicy', 'UnexpecTEDIntentPolicy', 'MyPolicy').join('\n')).toMatch(
    /note: .*UnexpecTEDIntentPolicy[^]*warning: .*MyPolicy[^]*warning: .*stories but no Memoization/,
  );
  expect(noticesWith('RulePolicy', 'TEDPolicy')).toEqual([expect.stringMatching(/^note: .*is SequencePolicy/)]);
  expect(noticesWith('RulePolicy', 'SequencePolicy')).toEqual([]);
});

describe('rules', () => {
  it('apply where their conditions hold, most specific first', async () => {
    const talk = new Conversation(
      assistantOf({
        ...base,
        rules: [
          greetsWithA,
          rule('known', [intent('greet'), action('utter_b')], { condition: [slot('vip', true)] }),
          rule('unnamed', [intent('ask'), action('utter_c')], { condition: [slot('name', null)] }),
        ],
      }),
    );
    expect(await talk.says('greet')).toEqual(['A']);
    expect(await talk.says('ask')).toEqual(['C']);
    talk.engine.recordEvents(talk.tracker, [slotSet('vip', true), slotSet('name', 'Ann')], talk.ports);
    expect(await talk.says('greet')).toEqual(['B']);
    expect(await talk.says('ask')).toEqual(['?']);
  });

  it('of the conversation start apply only there', async () => {
    const first = rule('first', [intent('greet'), action('utter_b')], { isConversationStart: true });
    const talk = new Conversation(assistantOf({ ...base, rules: [first] }));
    expect(await talk.says('greet')).toEqual(['B']);
    expect(await talk.says('greet')).toEqual(['?']);
  });

  it('that do not wait let other rules continue', async () => {
    const talk = new Conversation(
      assistantOf({
        ...base,
        rules: [
          rule('open', [intent('greet'), action('utter_a')], { waitsForUserInput: false }),
          rule('more', [action('utter_a'), action('utter_b')]),
        ],
      }),
    );
    expect(await talk.says('greet')).toEqual(['A', 'B']);
  });

  it('with alternatives apply to each of them', async () => {
    const either = rule('either', [or(intent('greet'), intent('ask')), action('utter_a')]);
    const talk = new Conversation(assistantOf({ ...base, rules: [either] }));
    expect([await talk.says('greet'), await talk.says('ask')]).toEqual([['A'], ['A']]);
  });
});

describe('stories', () => {
  const policies = (name: string) => [{ name, options: { max_history: 4 } }, { name: 'RulePolicy' }];

  it('are recalled exactly by memoization, and from any beginning by augmented memoization', async () => {
    const stories = [story('s', intent('greet'), action('utter_a'), intent('ask'), action('utter_b'))];
    const exact = new Conversation(assistantOf({ ...base, stories, policies: policies('MemoizationPolicy') }));
    expect([await exact.says('greet'), await exact.says('ask')]).toEqual([['A'], ['B']]);
    expect(await exact.says('greet')).toEqual(['?']);
    const augmented = new Conversation(
      assistantOf({ ...base, stories, policies: policies('AugmentedMemoizationPolicy') }),
    );
    await augmented.says('thank');
    expect([await augmented.says('greet'), await augmented.says('ask')]).toEqual([['A'], ['B']]);
  });

  it('that differ in the same situation are not recalled there', async () => {
    const stories = [story('s', intent('greet'), action('utter_a')), story('t', intent('greet'), action('utter_b'))];
    const talk = new Conversation(assistantOf({ ...base, stories, policies: policies('MemoizationPolicy') }));
    expect(await talk.says('greet')).toEqual(['?']);
  });

  it('are joined at checkpoints, and cycles end', async () => {
    const stories = [
      story('s', intent('greet'), action('utter_a'), checkpoint('met')),
      story('t', checkpoint('met'), intent('ask'), action('utter_b'), checkpoint('met')),
      story('u', checkpoint('nowhere'), intent('thank'), action('utter_c')),
    ];
    const talk = new Conversation(assistantOf({ ...base, stories, policies: policies('MemoizationPolicy') }));
    expect([await talk.says('greet'), await talk.says('ask')]).toEqual([['A'], ['B']]);
    expect(talk.engine.notices).toEqual([{ level: 'warning', message: expect.stringContaining('"nowhere"') }]);
  });
});
