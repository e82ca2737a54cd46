/** The data sets by path: a folder in the layout of `docs/nlu.md`. A set that is not there is left out. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonl } from '#nlu-engine';

const FILES = {
  'hwu64/dialoglue': ['train', 'train_10', 'test', 'test_typo10'],
  'hwu64/kfold_1': ['train', 'test'],
  snips: ['train', 'test'],
  askubuntu: ['train', 'test'],
  chatbot: ['train', 'test'],
};

/** Reads the files of one set, or returns undefined and says which one is missing. */
export function readSet(directory, name) {
  const paths = FILES[name].map((file) => join(directory, name, `${file}.jsonl`));
  const missing = paths.find((path) => !existsSync(path));
  if (missing) {
    console.error(`› ${name} is left out: there is no ${missing}.`);
    return undefined;
  }
  return Object.fromEntries(paths.map((path, at) => [FILES[name][at], readJsonl(readFileSync(path, 'utf8'), path)]));
}
