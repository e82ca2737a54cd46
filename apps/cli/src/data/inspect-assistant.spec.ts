import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { nothingPretrained, WordVectors } from '#nlu-engine';
import { inspectAssistant } from './inspect-assistant.js';
import { withAssistant } from '#testing';

const ROOT = `${import.meta.dirname}/../../../..`;

/** The remarks about a small assistant with these files, each as `level file:line message`. */
const saidOf = (files: Record<string, string>, maxHistory: number | null = null): Promise<string[]> =>
  withAssistant(files, async (folder) =>
    (await inspectAssistant(folder, { pretrained: nothingPretrained, maxHistory })).map(({ level, message, place }) =>
      place ? `${level} ${place.file}:${place.line} ${message}` : `${level} ${message}`,
    ),
  );

const LONG = 'the printer on the third floor is out of paper again';

describe('inspectAssistant', () => {
  it('has no remarks about a correct assistant', async () => {
    expect(await saidOf({})).toEqual([]);
  });

  it.each(['helpdesk', 'office-services', 'travel-desk'])('finds neither errors nor warnings in %s', async (name) => {
    const vectors = WordVectors.fromBytes(await readFile(`${ROOT}/libs/nlu-pretrained/data/word-vectors-en.bin`));
    const pretrained = { ...nothingPretrained, wordVectors: () => Promise.resolve(vectors) };
    const remarks = await inspectAssistant(`${ROOT}/assistants/${name}`, { pretrained });
    expect(remarks.filter(({ level }) => level !== 'note')).toEqual([]);
  });

  it.each([
    ['a file that is not YAML', 'data/x.yml', 'nlu: [', 'error data/x.yml:1 is not valid YAML'],
    [
      'an unknown action',
      'data/x.yml',
      'stories:\n- story: s\n  steps: [{action: a}]\n',
      'error data/x.yml:3 story s names',
    ],
    [
      'a test of an unknown intent',
      'tests/test_x.yml',
      'stories:\n- story: s\n  steps: [{intent: a}]\n',
      'error tests/t',
    ],
    [
      'an endpoint without a url',
      'endpoints.yml',
      'action_endpoint: {token: x}\n',
      'error endpoints.yml:1 action_endpoint',
    ],
    ['invalid channel settings', 'credentials.yml', 'rest: 5\n', 'error credentials.yml:1 the settings of'],
    [
      'an unsupported channel',
      'credentials.yml',
      'rest:\nrasa: {url: x}\nslack: {slack_token: x}\n',
      'warning credentials.yml:3 the channel slack is not supported',
    ],
    [
      'an external response generator',
      'endpoints.yml',
      'nlg: {url: "http://nlg.example"}\n',
      'warning endpoints.yml:1 "nlg" is not supported',
    ],
    [
      'the same text under two intents',
      'data/x.yml',
      'nlu:\n- intent: bye\n  examples: |\n    - hello\n',
      'warning data/x.yml:4',
    ],
    [
      'almost the same text under two intents',
      'data/x.yml',
      `nlu:\n- {intent: greet, examples: '- ${LONG}'}\n- {intent: bye, examples: '- ${LONG}s'}\n`,
      `warning data/x.yml:3 "${LONG}s" of bye is almost the same as "${LONG}"`,
    ],
    [
      'an unused response',
      'data/x.yml',
      'responses:\n  utter_x: [{text: x}]\n',
      'warning no story, rule or form uses the response utter_x',
    ],
    [
      'rules that contradict each other',
      'data/x.yml',
      'rules:\n- rule: again\n  steps: [{intent: greet}, {action: utter_bye}]\n',
      'error data/rules.yml:2 Rule "greet" goes on with "utter_greet" where rule "again" wants "utter_bye"',
    ],
    [
      'a story that contradicts a rule',
      'data/x.yml',
      'stories:\n- story: again\n  steps: [{intent: greet}, {action: utter_bye}]\n',
      'error data/x.yml:2 Story "again" goes on with',
    ],
    [
      'a rule with two turns',
      'data/x.yml',
      'rules:\n- rule: long\n  steps: [{intent: greet}, {action: utter_greet}, {intent: bye}, {action: utter_bye}]\n',
      'error data/x.yml:2 Rule "long" has more than one user turn',
    ],
  ])('reports %s', async (_, file, content, remark) => {
    expect(await saidOf({ [file]: content })).toContainEqual(expect.stringContaining(remark));
  });

  it('reports an intent with few examples', async () => {
    const nlu = 'nlu:\n- intent: greet\n  examples: |\n    - hello\n';
    expect(await saidOf({ 'data/nlu.yml': nlu })).toContainEqual(
      expect.stringContaining('warning data/nlu.yml:4 greet has 1 example'),
    );
  });

  it.each([
    ['- name: Sorcerer', 'error config.yml:5', 'Sorcerer'],
    ['- name: WhitespaceTokenizer\n  colour: red', 'warning config.yml:5', 'colour'],
    ['- name: SpacyTokenizer', 'note config.yml:5', 'SpacyTokenizer'],
  ])('checks the pipeline without training the assistant: %j', async (component, start, name) => {
    const rest = '- name: CountVectorsFeaturizer\n- name: LinearIntentClassifier\n';
    const config = `recipe: default.v1\nlanguage: en\nassistant_id: small\npipeline:\n${component}\n${rest}`;
    const said = (await saidOf({ 'config.yml': config })).filter((line) => line.includes(name));
    expect(said).toEqual([expect.stringContaining(start)]);
  });

  it.each([
    ['- name: TEDPolicy\n  epochs: 100', 'note config.yml:11 The policy "TEDPolicy" is SequencePolicy here'],
    ['- name: UnexpecTEDIntentPolicy', 'note config.yml:11 The policy "UnexpecTEDIntentPolicy" is not supported'],
    ['- name: our.OwnPolicy', 'warning config.yml:11 The policy "our.OwnPolicy" is not supported'],
  ])('distinguishes Rasa policies that are replaced from unsupported ones: %j', async (policy, remark) => {
    const pipeline = `- name: WhitespaceTokenizer\n- name: CountVectorsFeaturizer\n- name: DIETClassifier\n  epochs: 100`;
    const policies = `policies:\n- name: RulePolicy\n${policy}\n`;
    const config = `recipe: default.v1\nlanguage: en\nassistant_id: small\npipeline:\n${pipeline}\n${policies}`;
    expect(await saidOf({ 'config.yml': config })).toEqual([
      expect.stringMatching(/^note config\.yml:7 DIETClassifier .*option epochs/),
      expect.stringContaining(remark),
    ]);
  });

  it('reports what may be intended only as a note: repetitions, and responses that custom actions may use', async () => {
    const said = await saidOf({
      'data/x.yml':
        'nlu:\n- intent: bye\n  examples: |\n    - Goodbye!\nactions: [action_x]\nresponses:\n  utter_x: [{text: x}]\n',
    });
    expect(said).toEqual([
      expect.stringContaining('note data/x.yml:4 "Goodbye!" adds little'),
      'note no story, rule or form uses these responses, so custom actions must use them: utter_x',
    ]);
  });

  it('reports stories that contradict each other within --max-history', async () => {
    const say = (name: string, first: string, last: string) =>
      `- story: ${name}\n  steps: [{action: utter_${first}}, {intent: stay}, {action: utter_${last}}]\n`;
    const files = {
      'data/x.yml': `intents: [stay]\nstories:\n${say('a', 'greet', 'greet')}${say('b', 'bye', 'bye')}`,
      'data/stay.yml':
        'nlu:\n- {intent: stay, examples: "- just stay\\n- wait\\n- do not leave\\n- a moment\\n- one second"}\n',
    };
    expect(await saidOf(files)).toEqual([]);
    expect(await saidOf(files, 1)).toEqual([
      'error data/x.yml:3 Stories go on differently after the same history: "utter_greet" in "a" and "utter_bye" in "b". Change one of them, or tell them apart by a slot.',
    ]);
  });
});
