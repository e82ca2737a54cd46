import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type NluData, readNluFiles } from '#assistant';
import { type LabelledText, readJsonl } from '#nlu-engine';

/** Labelled texts, and the other training data in their files. */
export interface LabelledData {
  examples: LabelledText[];
  synonyms: NluData['synonyms'];
  regexes: NluData['regexes'];
  lookups: NluData['lookups'];
}

/**
 * Reads a file or all files under a folder: Rasa's YAML (`.yml`, `.yaml`) and JSON lines (`.jsonl`).
 * @throws Error, AssistantError that names the invalid file and line, or says that there is no example
 */
export async function readLabelledFiles(path: string): Promise<LabelledData> {
  const files = await filesBelow(path);
  const shown = (file: string): string => relative(process.cwd(), file) || file;
  const lines = files.filter((file) => file.endsWith('.jsonl'));
  const { examples, ...rest } = await readNluFiles(files.filter((file) => !lines.includes(file)).map(shown));
  const labelled: LabelledText[] = [...examples];
  for (const file of lines) labelled.push(...readJsonl(await readFile(file, 'utf8'), shown(file)));
  if (labelled.length === 0) throw new Error(`${shown(path)} has no examples of intents; there is nothing to test.`);
  return { ...rest, examples: labelled };
}

async function filesBelow(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Error(`There is no file or folder ${path}.`);
  if (!found.isDirectory()) {
    if (isLabelled(path)) return [path];
    throw new Error(`${path} must be a .yml, .yaml or .jsonl file.`);
  }
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.filter(isLabelled).sort();
}

const isLabelled = (file: string): boolean => /\.(ya?ml|jsonl)$/.test(file);
