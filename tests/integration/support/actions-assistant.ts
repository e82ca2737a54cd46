import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');

/** Actions of the test action server. The intent of the same name calls each action, as in `/count`. */
const ACTIONS = [
  'count',
  'rich',
  'unknown_event',
  'bad_shape',
  'reject',
  'crash',
  'garbage',
  'huge',
  'never',
  'nobody_has_it',
  'remind',
  'remind_unless_said',
  'forget',
  // The product has a bundled action of the same name.
  'open_incident',
];

const list = (names: readonly string[]): string => names.map((name) => `  - ${name}\n`).join('');
const REJECTED = 'reject';

const rule = (intent: string, action: string): string =>
  `  - rule: ${intent}\n    steps:\n      - intent: ${intent}\n      - action: ${action}\n`;

const DOMAIN = `version: "3.1"
intents:
${list([...ACTIONS, 'chat', 'bye', 'reminded'])}entities:
  - subject
slots:
  count:
    type: any
    mappings:
      - type: custom
  subject:
    type: text
    mappings:
      - type: from_entity
        entity: subject
actions:
${list(ACTIONS.map((name) => `action_${name}`))}responses:
  utter_chat:
    - text: "Nice to hear."
  utter_bye:
    - text: "Goodbye."
  utter_named:
    - text: "Hello {who}."
  utter_reminded:
    - text: "Reminding you of {subject}."
  utter_default:
    - text: "Then something else."
  utter_action_failed:
    - text: "That did not work, but I am still here."
`;

const RULES = [
  ...ACTIONS.filter((name) => name !== REJECTED).map((name) => rule(name, `action_${name}`)),
  ...['chat', 'bye', 'reminded'].map((name) => rule(name, `utter_${name}`)),
];

const DATA = `version: "3.1"
nlu:
  - intent: chat
    examples: |
      - the weather is nice today
      - what a lovely day
      - it is sunny outside
  - intent: bye
    examples: |
      - goodbye
      - see you later
      - farewell then
stories:
  - story: an action that no rule predicts may be declined
    steps:
      - intent: ${REJECTED}
      - action: action_${REJECTED}
rules:
${RULES.join('')}`;

const CONFIG =
  'recipe: default.v1\nassistant_id: counting\nlanguage: en\npolicies:\n  - name: MemoizationPolicy\n  - name: RulePolicy\n';

/**
 * Writes and trains a small assistant. All of its actions run on an action server.
 * @param endpoints content of its `endpoints.yml`
 */
export async function writeActionsAssistant(
  endpoints: string,
): Promise<{ directory: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'helpdesk-actions-'));
  const files = { 'domain.yml': DOMAIN, 'data.yml': DATA, 'config.yml': CONFIG, 'endpoints.yml': endpoints };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  const train = ['dist/apps/cli/src/main.js', 'train', '--assistant', directory];
  execFileSync(process.execPath, train, { cwd: root, stdio: 'pipe' });
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
