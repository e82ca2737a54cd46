/**
 * Makes `libs/nlu-pretrained/data/word-classes-en.tsv`, the table behind the word classes of `LexicalSyntacticFeaturizer`:
 * what compromise (MIT) says of each word by itself, for the words of the table of vectors and those of its own lexicon.
 * Only needed to change the table.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fromPackage } from './from-package.js';
import { prepare, root, step } from './prepare.js';

const SOURCE = 'compromise@14.17.0';

prepare();
const { pretrained } = await import('#nlu-pretrained');

const { default: compromise } = await fromPackage(
  SOURCE,
  (folder) => import(pathToFileURL(join(folder, 'builds/two/compromise-two.mjs'))),
);
const words = new Set((await pretrained.wordVectors('en')).words());
for (const word of Object.keys(compromise.model().one.lexicon)) if (/^[\p{L}\p{M}'&.-]+$/u.test(word)) words.add(word);
step(`Classifying ${words.size} words…`);
const lines = new Map();
for (const word of [...words].sort()) {
  const classes = new Set(
    compromise(word)
      .docs.flat()
      .flatMap(({ tags }) => [...tags]),
  );
  if (classes.size === 0) continue;
  const key = [...classes].sort().join(' ');
  if (!lines.has(key)) lines.set(key, []);
  lines.get(key).push(word);
}
const table = [...lines]
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([classes, ofThem]) => `${classes}\t${ofThem.join(' ')}\n`)
  .join('');
const file = join(root, 'libs/nlu-pretrained/data/word-classes-en.tsv');
writeFileSync(file, `en-${createHash('sha256').update(table).digest('hex').slice(0, 16)}\n${table}`);
step(`${file}: ${lines.size} sets of classes`);
