/** The data sets in a folder with the layout of `docs/nlu.md`. Missing sets are skipped. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabelledText, readJsonl } from '#nlu-engine';

const FILES = {
  'hwu64/dialoglue': ['train', 'train_10', 'test', 'test_typo10'],
  'hwu64/kfold_1': ['train', 'test'],
  snips: ['train', 'test'],
  askubuntu: ['train', 'test'],
  chatbot: ['train', 'test'],
} as const;

export type SetName = keyof typeof FILES;
/** The texts of a set by file. */
export type DataSet<Name extends SetName> = Record<(typeof FILES)[Name][number], LabelledText[]>;

/** Reads the files of a set. If one is missing, prints its name and returns undefined. */
export function readSet<Name extends SetName>(directory: string, name: Name): DataSet<Name> | undefined {
  const files: readonly string[] = FILES[name];
  const pathOf = (file: string) => join(directory, name, `${file}.jsonl`);
  const missing = files.map(pathOf).find((path) => !existsSync(path));
  if (missing) {
    console.error(`› Skipping ${name}: ${missing} does not exist.`);
    return undefined;
  }
  const texts = files.map((file) => [file, readJsonl(readFileSync(pathOf(file), 'utf8'), pathOf(file))]);
  return Object.fromEntries(texts) as DataSet<Name>;
}
