import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A small assistant without any errors. */
const SOUND: Record<string, string> = {
  'config.yml': `recipe: default.v1
language: en
assistant_id: small
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: LinearIntentClassifier
policies:
- name: MemoizationPolicy
- name: RulePolicy
`,
  'domain.yml': 'intents: [greet, bye]\nresponses:\n  utter_greet: [{text: Hello}]\n  utter_bye: [{text: Bye}]\n',
  'data/nlu.yml': `nlu:
- intent: greet
  examples: |
    - hello
    - good morning
    - hey you
    - hi there
    - greetings
- intent: bye
  examples: |
    - see you later
    - goodbye
    - until tomorrow
    - farewell friend
    - take care
`,
  'data/rules.yml': `rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: bye
  steps: [{intent: bye}, {action: utter_bye}]
`,
};

/** Writes the small assistant with some files replaced or added, calls `use` with its folder, and removes it. */
export async function withAssistant<Result>(
  files: Record<string, string>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'data-'));
  try {
    for (const [name, content] of Object.entries({ ...SOUND, ...files })) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
