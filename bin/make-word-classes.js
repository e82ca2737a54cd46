/**
 * Makes `libs/nlu-pretrained/data/word-classes-en.tsv`, the table behind the word classes of `LexicalSyntacticFeaturizer`:
 * what compromise (MIT) says of each word by itself, for the words of the table of vectors and those of its own lexicon.
 * Only needed to change the table.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root, step } from './prepare.js';

const SOURCE = 'compromise@14.17.0';

prepare();
const { pretrained } = await import('#nlu-pretrained');

const compromise = await fetched();
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

async function fetched() {
  step(`Fetching ${SOURCE}…`);
  const folder = mkdtempSync(join(tmpdir(), 'word-classes-'));
  try {
    const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', SOURCE, '--json'], { cwd: folder }).toString());
    execFileSync('tar', ['xzf', filename], { cwd: folder });
    return (await import(pathToFileURL(join(folder, 'package/builds/two/compromise-two.mjs')))).default;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
