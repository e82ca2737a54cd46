import { describe, expect, it } from '@jest/globals';
import type { StoryStep } from '../model/assistant.js';
import { readTestStories } from '../read-assistant.js';
import { errorsWith, readWith, warningsWith, withFolder } from '../written-assistant.fixture.js';
import { readAssistant } from '../read-assistant.js';

const DOMAIN = `
intents: [greet, report, faq]
entities: [service, site]
actions: [action_x]
responses:
  utter_a: [{text: a}]
  utter_faq/x: [{text: x}]
  utter_ask_t: [{text: t}]
slots:
  t: {type: text, mappings: [{type: from_text}]}
  l: {type: list, mappings: []}
  b: {type: bool, mappings: []}
forms: {f: {required_slots: [t]}}
`;

const withSteps = (steps: string) => ({
  'domain.yml': DOMAIN,
  'data/s.yml': `stories:\n- story: s\n  steps:\n${steps}\n`,
});

async function stepsOf(steps: string): Promise<StoryStep[]> {
  const { assistant } = await readWith(withSteps(steps));
  return (assistant.stories[0]?.steps ?? []).map(withoutPlace);
}

function withoutPlace(step: StoryStep): StoryStep {
  const bare = { ...step };
  delete bare.place;
  return bare.kind === 'or' ? { ...bare, alternatives: bare.alternatives.map(withoutPlace) } : bare;
}

describe('Stories', () => {
  it.each<[string, StoryStep[]]>([
    ['  - intent: greet', [{ kind: 'user', intent: 'greet', entities: [] }]],
    ['  - intent: faq/x', [{ kind: 'user', intent: 'faq', responseKey: 'x', entities: [] }]],
    [
      '  - intent: report\n    entities:\n    - service: vpn\n    - site\n    - site: leeds\n      role: to\n      group: 1',
      [
        {
          kind: 'user',
          intent: 'report',
          entities: [
            { entity: 'service', value: 'vpn' },
            { entity: 'site', value: '' },
            { entity: 'site', value: 'leeds', role: 'to', group: '1' },
          ],
        },
      ],
    ],
    ['  - user: hello there', [{ kind: 'userText', text: 'hello there' }]],
    [
      '  - user: /report{"service":["vpn","mail"]}',
      [
        {
          kind: 'user',
          intent: 'report',
          entities: [
            { entity: 'service', value: 'vpn' },
            { entity: 'service', value: 'mail' },
          ],
          text: '/report{"service":["vpn","mail"]}',
        },
      ],
    ],
    [
      '  - user: |\n      our [vpn](service) broke\n    intent: report',
      [
        {
          kind: 'user',
          intent: 'report',
          entities: [{ entity: 'service', value: 'vpn', start: 4, end: 7 }],
          text: 'our vpn broke',
        },
      ],
    ],
    ['  - action: utter_a', [{ kind: 'action', name: 'utter_a' }]],
    ['  - action: utter_faq', [{ kind: 'action', name: 'utter_faq' }]],
    ['  - action: ...', [{ kind: 'action', name: '...' }]],
    ['  - bot: You are welcome', [{ kind: 'botText', text: 'You are welcome' }]],
    ['  - active_loop: f', [{ kind: 'loop', name: 'f' }]],
    ['  - active_loop: null', [{ kind: 'loop', name: null }]],
    [
      '  - slot_was_set:\n    - t: null\n    - t\n    - l\n    - b: false',
      [
        { kind: 'slot', name: 't', value: null, isNamedOnly: false },
        { kind: 'slot', name: 't', value: 'filled', isNamedOnly: true },
        { kind: 'slot', name: 'l', value: ['filled'], isNamedOnly: true },
        { kind: 'slot', name: 'b', value: false, isNamedOnly: false },
      ],
    ],
    [
      '  - slot_was_set:\n      t: x\n      b: true',
      [
        { kind: 'slot', name: 't', value: 'x', isNamedOnly: false },
        { kind: 'slot', name: 'b', value: true, isNamedOnly: false },
      ],
    ],
    [
      '  - or:\n    - intent: greet\n    - slot_was_set:\n      - t: x',
      [
        {
          kind: 'or',
          alternatives: [
            { kind: 'user', intent: 'greet', entities: [] },
            { kind: 'slot', name: 't', value: 'x', isNamedOnly: false },
          ],
        },
      ],
    ],
    [
      '  - action: utter_a\n  - checkpoint: c\n    slot_was_set:\n    - t: x',
      [
        { kind: 'action', name: 'utter_a' },
        { kind: 'checkpoint', name: 'c', slots: [{ name: 't', value: 'x' }] },
      ],
    ],
    ['  - metadata: {a: 1}\n  - action: utter_a', [{ kind: 'action', name: 'utter_a' }]],
  ])('read %j', async (steps, expected) => {
    expect(await stepsOf(steps)).toEqual(expected);
  });

  it('know the places of their steps', async () => {
    const { assistant } = await readWith(withSteps('  - intent: greet\n  - action: utter_a'));
    expect(assistant.stories[0]?.steps[1]?.place).toEqual({ file: 'data/s.yml', line: 5, column: 5 });
  });

  it.each([
    ['  - dance: now', '4 story s has the unknown step "dance"'],
    ['  - greet', '4 a step of story s is not a mapping'],
    ['  - intent: /greet', '4 intent /greet in story s needs no slash'],
    ['  - slot_was_set: [b]', '4 slot b in story s is of type bool and needs a value'],
    [
      '  - checkpoint: c\n    slot_was_set: [t]\n  - action: utter_a',
      '4 the slots of checkpoint c in story s need values',
    ],
    ['  - checkpoint: c\n  - action: utter_a', '4 story s is never reached'],
    ['  - intent: greet\n    entities: [thing]', '4 story s names the unknown entity thing'],
  ])('warn of %j', async (steps, warning) => {
    expect(await warningsWith(withSteps(steps))).toContainEqual(expect.stringContaining(`data/s.yml:${warning}`));
  });

  it.each([
    ['  - intent: wave', '4:5 story s names the unknown intent wave'],
    ['  - action: action_y', '4:5 story s names the unknown action action_y'],
    ['  - action: utter_b', '4:5 story s uses utter_b, but there is no such response'],
    ['  - slot_was_set: [{u: 1}]', '4:21 story s names the unknown slot u'],
    ['  - active_loop: g', '4:5 story s names the unknown form g'],
    ['  - or: [{intent: greet}, {intent: wave}]', '4:27 story s names the unknown intent wave'],
    ['  - or: [{intent: greet}, {action: utter_a}]', '4:5 each alternative of or in story s'],
    ['  - or: []', '4:5 each alternative of or in story s'],
    ['  - action:', '4:5 action in story s is empty'],
    ['  - intent: greet\n    entities: [{service: a, site: b}]', '5:16 an entity in story s is written'],
    ['  - intent: greet\n    user: "[a]{b}"', '5:5 the annotation of [a] is not valid JSON'],
  ])('refuse %j', async (steps, error) => {
    expect(await errorsWith(withSteps(steps))).toContainEqual(expect.stringContaining(`data/s.yml:${error}`));
  });

  it('without a name or steps are ignored', async () => {
    const files = {
      'domain.yml': DOMAIN,
      'data/s.yml': 'stories:\n- steps: [{intent: greet}]\n- story: s\n  steps: []\n- story: t\n',
    };
    const { assistant, findings } = await readWith(files);
    expect(assistant.stories).toEqual([]);
    const messages = findings.filter(({ place }) => place?.file === 'data/s.yml').map(({ message }) => message);
    expect(messages).toEqual([
      'a story without a name is ignored',
      'story s has no steps and is ignored',
      'story t has no steps and is ignored',
    ]);
  });
});

describe('Rules', () => {
  it('have a condition and flags with defaults', async () => {
    const { assistant } = await readWith({
      'domain.yml': DOMAIN,
      'data/r.yml': `rules:
- rule: one
  condition:
  - active_loop: f
  - slot_was_set: [{b: true}]
  wait_for_user_input: false
  conversation_start: true
  steps: [{intent: greet}, {action: utter_a}]
- rule: two
  steps: [{intent: report}, {action: f}, {active_loop: f}]
`,
    });
    expect(assistant.rules).toMatchObject([
      {
        name: 'one',
        condition: [
          { kind: 'loop', name: 'f' },
          { kind: 'slot', name: 'b', value: true },
        ],
        waitsForUserInput: false,
        isConversationStart: true,
      },
      { name: 'two', condition: [], waitsForUserInput: true, isConversationStart: false },
    ]);
  });

  it('may have only loops and slots as conditions', async () => {
    const rule = 'rules:\n- rule: r\n  condition: [{intent: greet}]\n  steps: [{action: utter_a}]\n';
    expect(await errorsWith({ 'domain.yml': DOMAIN, 'data/r.yml': rule })).toEqual([
      'data/r.yml:3:15 the condition of rule r may only have active_loop and slot_was_set',
    ]);
  });

  it('may only use existing names in their conditions', async () => {
    const rule = 'rules:\n- rule: r\n  condition: [{active_loop: g}]\n  steps: [{action: utter_a}]\n';
    expect(await errorsWith({ 'domain.yml': DOMAIN, 'data/r.yml': rule })).toEqual([
      'data/r.yml:3:15 rule r names the unknown form g',
    ]);
  });
});

describe('Test stories', () => {
  const story = (steps: string) => `stories:\n- story: s\n  steps:\n${steps}\n`;
  const readTests = (files: Record<string, string>) =>
    withFolder({ 'domain.yml': DOMAIN, ...files }, async (folder) =>
      readTestStories((await readAssistant(folder)).assistant),
    );

  it('are read from test_ files in any folder, which are not training data', async () => {
    const test = story('  - user: hi\n    intent: greet\n  - action: utter_a');
    const { stories } = await readTests({ 'tests/test_a.yml': test, 'test_b.yaml': test, 'data/s.yml': test });
    expect(stories).toHaveLength(2);
    const { assistant } = await readWith({ 'domain.yml': DOMAIN, 'tests/test_a.yml': story('  - intent: nobody') });
    expect(assistant.stories).toEqual([]);
  });

  it('are refused when they use unknown names', async () => {
    await expect(readTests({ 'tests/test_a.yml': story('  - intent: nobody') })).rejects.toThrow(
      'tests/test_a.yml:4:5 story s names the unknown intent nobody',
    );
  });
});
