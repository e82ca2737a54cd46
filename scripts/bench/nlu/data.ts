/** The data sets by path: a folder in the layout of `docs/nlu.md`. A set that is not there is left out. */
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
/** The texts of a set, by file. */
export type DataSet<Name extends SetName> = Record<(typeof FILES)[Name][number], LabelledText[]>;

/** Reads the files of one set, or returns undefined and says which one is missing. */
export function readSet<Name extends SetName>(directory: string, name: Name): DataSet<Name> | undefined {
  const files: readonly string[] = FILES[name];
  const pathOf = (file: string) => join(directory, name, `${file}.jsonl`);
  const missing = files.map(pathOf).find((path) => !existsSync(path));
  if (missing) {
    console.error(`› ${name} is left out: there is no ${missing}.`);
    return undefined;
  }
  const texts = files.map((file) => [file, readJsonl(readFileSync(pathOf(file), 'utf8'), pathOf(file))]);
  return Object.fromEntries(texts) as DataSet<Name>;
}
