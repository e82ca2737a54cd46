import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Assistant, Finding } from './model/assistant.js';
import { AssistantError } from './model/findings.js';
import { readAssistant } from './read-assistant.js';

/** The smallest valid assistant. */
const COMPLETE: Record<string, string> = {
  'config.yml': 'recipe: default.v1\nlanguage: en\nassistant_id: test\n',
  'domain.yml': 'intents: [greet]\nresponses:\n  utter_greet:\n  - text: Hello\n',
  'data/nlu.yml': 'nlu:\n- intent: greet\n  examples: |\n    - hello\n',
};

/** Writes files into a new folder, passes its path to `use`, and removes it. */
export async function withFolder<Result>(
  files: Record<string, string | Uint8Array>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'assistant-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Reads a valid assistant with some of its files replaced or added. */
export const readWith = (
  files: Record<string, string | Uint8Array>,
  environment: Record<string, string> = {},
): Promise<{ assistant: Assistant; findings: Finding[] }> =>
  withFolder({ ...COMPLETE, ...files }, (folder) => readAssistant(folder, environment));

/** The warnings about such an assistant, each as `file:line message`. */
export const warningsWith = async (files: Record<string, string>): Promise<string[]> =>
  (await readWith(files)).findings.map(({ place, message }) =>
    place ? `${place.file}:${place.line} ${message}` : message,
  );

/** The lines of the error for such an assistant. */
export async function errorsWith(
  files: Record<string, string | Uint8Array>,
  environment: Record<string, string> = {},
): Promise<string[]> {
  try {
    await readWith(files, environment);
  } catch (error) {
    if (error instanceof AssistantError) return error.message.split('\n');
    throw error;
  }
  return [];
}
