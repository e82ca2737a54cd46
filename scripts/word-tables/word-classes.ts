/**
 * Writes `libs/nlu-pretrained/data/word-classes-en.tsv`, the word classes of `LexicalSyntacticFeaturizer`. The table
 * contains the classes that compromise (MIT) assigns to each single word of the vector table and of its own lexicon. Run
 * `node scripts/run.js word-tables/word-classes` only to change the table.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pretrained } from '#nlu-pretrained';
import { root, step } from '../checkout.js';
import { fromPackage } from './npm-package.js';

/** The used parts of compromise, which is not a dependency of this project. */
interface Compromise {
  (text: string): { docs: { tags: Set<string> }[][] };
  model(): { one: { lexicon: Record<string, unknown> } };
}

const SOURCE = 'compromise@14.17.0';

const compromise = await fromPackage(SOURCE, async (folder) => {
  const module = pathToFileURL(join(folder, 'builds/two/compromise-two.mjs')).href;
  return ((await import(module)) as { default: Compromise }).default;
});
const vectors = await pretrained.wordVectors('en');
if (!vectors) throw new Error('The vector table is missing. Create it first.');
const words = new Set(vectors.words());
for (const word of Object.keys(compromise.model().one.lexicon)) if (/^[\p{L}\p{M}'&.-]+$/u.test(word)) words.add(word);
step(`Classifying ${words.size} words…`);
const lines = new Map<string, string[]>();
for (const word of [...words].sort()) {
  const classes = new Set(
    compromise(word)
      .docs.flat()
      .flatMap(({ tags }) => [...tags]),
  );
  if (classes.size === 0) continue;
  const key = [...classes].sort().join(' ');
  lines.set(key, [...(lines.get(key) ?? []), word]);
}
const table = [...lines]
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([classes, ofThem]) => `${classes}\t${ofThem.join(' ')}\n`)
  .join('');
const file = join(root, 'libs/nlu-pretrained/data/word-classes-en.tsv');
writeFileSync(file, `en-${createHash('sha256').update(table).digest('hex').slice(0, 16)}\n${table}`);
step(`${file}: ${lines.size} sets of classes`);
