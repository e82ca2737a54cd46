import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FeatureBlock, denseBlock } from '../feature-block.js';
import { addDiscriminant, ClassMoments, denseColumns } from './linear-discriminant.js';
import { seededRandom } from '#seeded-random';
import { decide, stackRows } from './sparse-rows.js';

const CLASSES = 3;
const SIZE = 4;
const sparse = (index: number): FeatureBlock => ({
  indices: Int32Array.of(index),
  values: Float32Array.of(1),
  dimension: 7,
});

/** Texts around the corner of their class, with a word of no meaning before. */
function sample(seed: number) {
  const random = seededRandom(seed);
  const labels = Int32Array.from({ length: 30 }, (_, row) => row % CLASSES);
  const texts = Array.from(labels, (label) => [
    sparse(Math.floor(random() * 7)),
    denseBlock(Float32Array.from({ length: SIZE }, (_, at) => (at === label ? 1 : 0) + 0.4 * (random() - 0.5))),
  ]);
  const rows = stackRows(texts);
  const moments = new ClassMoments(rows, denseColumns(texts), CLASSES);
  return { rows, labels, moments, all: Int32Array.from(labels.keys()) };
}
const seeds = fc.nat({ max: 1e6 });

describe('the linear discriminant', () => {
  it('looks at blocks that have a number for everything, and at texts without one', () => {
    const empty = denseBlock(new Float32Array(SIZE));
    const full = denseBlock(Float32Array.of(1, 2, 3, 4));
    expect([
      ...denseColumns([
        [sparse(1), full],
        [sparse(2), empty],
      ]),
    ]).toEqual([7, 8, 9, 10]);
    expect(denseColumns([[sparse(1)], [sparse(2)]])).toHaveLength(0);
  });

  it('gives the highest value to the class whose examples lie around a text', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { labels, moments, all } = sample(seed);
        moments.add(all, labels, 1);
        const discriminant = moments.discriminant()!;
        labels.forEach((label, row) => {
          const decisions = new Float64Array(CLASSES);
          moments.decide(discriminant, row, decisions);
          expect(decisions.indexOf(Math.max(...decisions))).toBe(label);
        });
      }),
    );
  });

  it('is the same when rows have come and gone', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 6, max: 29 }), (seed, kept) => {
        const { labels, moments, all } = sample(seed);
        moments.add(all.subarray(0, kept), labels, 1);
        const before = moments.discriminant()!;
        moments.add(all.subarray(kept), labels, 1);
        moments.add(all.subarray(kept), labels, -1);
        moments.discriminant()!.weights.forEach((weight, at) => expect(weight).toBeCloseTo(before.weights[at]!, 6));
      }),
    );
  });

  it('adds itself to the weights of a linear model', () => {
    const { rows, labels, moments, all } = sample(1);
    moments.add(all, labels, 1);
    const discriminant = moments.discriminant()!;
    const weights = new Float32Array(rows.dimension * CLASSES);
    addDiscriminant(discriminant, 2, weights);
    for (const row of all) {
      const [own, expected] = [new Float64Array(CLASSES), new Float64Array(CLASSES)];
      decide(rows, row, weights, own);
      moments.decide(discriminant, row, expected);
      own.forEach((value, label) => expect(value).toBeCloseTo(2 * expected[label]!, 3));
    }
  });

  it('has nothing to say where no class has two different texts', () => {
    const { labels, moments, all } = sample(1);
    moments.add(all.subarray(0, CLASSES), labels, 1);
    expect(moments.discriminant()).toBeUndefined();
  });
});
