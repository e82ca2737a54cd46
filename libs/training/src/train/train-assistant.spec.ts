import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readAssistant, type Assistant } from '#assistant';
import { DialogueEngine, trainPolicies } from '#dialogue-engine';
import { readStoredPolicies } from '../files/stored-policies.js';
import { trainAssistant } from './train-assistant.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helpdesk-policies-'));
  await mkdir(join(folder, 'data'));
  await configure('SequencePolicy');
  await tell(['greet', 'utter_hello', 'report', 'utter_sorry']);
});
afterEach(() => rm(folder, { recursive: true }));

const configure = (policy: string): Promise<void> =>
  writeFile(
    join(folder, 'config.yml'),
    `recipe: default.v1\nlanguage: en\nassistant_id: test\npolicies:\n- name: ${policy}\n- name: RulePolicy\n`,
  );
/** Teaches one story: intents and responses by turns. */
async function tell(steps: string[]): Promise<void> {
  const lines = steps.map((step) => `  - ${step.startsWith('utter_') ? 'action' : 'intent'}: ${step}\n`).join('');
  const examples = ['greet', 'report'].map(
    (name) => `- intent: ${name}\n  examples: |\n    - ${name} me\n    - a ${name}\n`,
  );
  await writeFile(join(folder, 'data', 'stories.yml'), `stories:\n- story: one\n  steps:\n${lines}`);
  await writeFile(join(folder, 'data', 'nlu.yml'), `nlu:\n${examples.join('')}`);
  const responses = ['hello', 'sorry'].map((name) => `  utter_${name}:\n  - text: ${name}\n`).join('');
  await writeFile(join(folder, 'domain.yml'), `intents: [greet, report]\nresponses:\n${responses}`);
}
const read = async (): Promise<Assistant> => (await readAssistant(folder)).assistant;
const file = (): string => join(folder, 'models', 'policies.json');

async function train(force = false): Promise<string> {
  const lines: string[] = [];
  await trainAssistant(folder, { force, seed: 0 }, { say: (line) => lines.push(line), progress: () => undefined });
  return lines.join('\n');
}

describe('an assistant', () => {
  it('whose rules and stories contradict each other is refused, by file and line', async () => {
    const rules = 'rules:\n- rule: polite\n  steps: [{intent: greet}, {action: utter_sorry}]\n';
    await writeFile(join(folder, 'data', 'rules.yml'), rules);
    await expect(train()).rejects.toThrow(
      /^data\/stories\.yml:2 Story "one" goes on with "utter_hello" .* rule "polite"/,
    );
    expect(await readdir(join(folder, 'models'))).toEqual(['nlu.model']);
  });
});

describe('the policies that learn', () => {
  it('are stored beside the model, as what the engine trains by itself', async () => {
    expect(await train()).toMatch(/Trained the policies in .* s: .*policies\.json/);
    const assistant = await read();
    const trained = await readStoredPolicies(assistant);
    expect(trained).toEqual(JSON.parse(JSON.stringify(trainPolicies(assistant))));
    expect(() => new DialogueEngine(assistant, { trained: trained! })).not.toThrow();
    expect((await readdir(join(folder, 'models'))).sort()).toEqual(['nlu.model', 'policies.json']);
  });

  it('are trained again when a story changed, or when that is wanted', async () => {
    await train();
    const first = await readFile(file(), 'utf8');
    expect(await train()).toContain('The policies are up to date.');
    expect(await train(true)).toContain('Trained the policies');
    expect(await readFile(file(), 'utf8')).toBe(first);
    await tell(['report', 'utter_sorry', 'greet', 'utter_hello']);
    expect(await readStoredPolicies(await read())).toBeUndefined();
    expect(await train()).toContain('Trained the policies');
    const changed = await read();
    expect(await readStoredPolicies(changed)).toEqual(JSON.parse(JSON.stringify(trainPolicies(changed))));
  });

  it.each(['', '{"fingerprint":', '[]', '{"fingerprint":"x","models":[]}'])(
    'are trained where the engine starts when what is stored is %j',
    async (content) => {
      await train();
      await writeFile(file(), content);
      expect(await readStoredPolicies(await read())).toBeUndefined();
    },
  );

  it('are not there in an assistant that has none', async () => {
    await configure('MemoizationPolicy');
    expect(await train()).not.toContain('the policies');
    expect(await readdir(join(folder, 'models'))).toEqual(['nlu.model']);
    expect(await readStoredPolicies(await read())).toBeUndefined();
  });
});
