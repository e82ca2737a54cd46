import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WordVectors } from './word-vectors.js';

interface Row {
  word: string;
  clusters: [number, number];
  vector: [number, number, number];
}

/** A table as the file has it, after `shift` bytes of something else. */
function fileOf(rows: Row[], unit = 0.5, shift = 0): Buffer {
  const words = Buffer.from(rows.map(({ word }) => word).join('\n'));
  const header = Buffer.from(
    JSON.stringify({
      id: 'xx-1',
      words: rows.length,
      dimension: 3,
      unit,
      clusterings: [4, 300],
      wordsLength: words.length,
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const clusters = [0, 1].map((which) => {
    const numbers = Buffer.alloc(2 * rows.length);
    rows.forEach(({ clusters }, i) => numbers.writeUInt16LE(clusters[which] ?? 0, 2 * i));
    return numbers;
  });
  const vectors = Buffer.from(Int8Array.from(rows.flatMap(({ vector }) => vector)).buffer);
  return Buffer.concat([Buffer.alloc(shift), length, header, words, ...clusters, vectors]).subarray(shift);
}

const byte = fc.integer({ min: -128, max: 127 });
const row = fc.record({
  word: fc.stringMatching(/^[a-zäöü']{1,8}$/),
  clusters: fc.tuple(fc.nat(3), fc.nat(299)),
  vector: fc.tuple(byte, byte, byte),
});
const table = fc.uniqueArray(row, { minLength: 1, maxLength: 8, selector: ({ word }) => word });

describe('The vectors of words', () => {
  it('are those of the file, wherever it lies in memory', () => {
    fc.assert(
      fc.property(table, fc.nat(5), (rows, shift) => {
        const vectors = WordVectors.fromBytes(fileOf(rows, 0.5, shift));
        expect([vectors.id, vectors.dimension]).toEqual(['xx-1', 3]);
        expect([...vectors.words()]).toEqual(rows.map(({ word }) => word));
        rows.forEach(({ word, clusters, vector }, rank) => {
          expect([vectors.has(word), vectors.rankOf(word)]).toEqual([true, rank]);
          expect(vectors.clustersOf(word)).toEqual([`4:${clusters[0]}`, `300:${clusters[1]}`]);
          const sum = new Float64Array(3);
          vectors.addTo(sum, rank, 1);
          expect([...sum]).toEqual(vector.map((number) => number * 0.5));
        });
      }),
    );
  });

  it('add up', () => {
    const vectors = WordVectors.fromBytes(
      fileOf([
        { word: 'one', clusters: [0, 0], vector: [1, 2, 3] },
        { word: 'two', clusters: [1, 1], vector: [-4, 0, 4] },
      ]),
    );
    const sum = Float64Array.from([10, 10, 10]);
    vectors.addTo(sum, 0, 2);
    vectors.addTo(sum, 1, 0.5);
    expect([...sum]).toEqual([10, 12, 14]);
  });

  it.each(['Hello', '', 'constructor', 'unknown'])('are none for a word that is not in the file: %j', (word) => {
    const vectors = WordVectors.fromBytes(fileOf([{ word: 'hello', clusters: [0, 0], vector: [1, 1, 1] }]));
    expect([vectors.has(word), vectors.rankOf(word), vectors.clustersOf(word)]).toEqual([false, undefined, []]);
  });
});
