import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '#seeded-random';
import { weightOfSecond } from './stacking.js';

const CLASSES = 4;

/** Decision values that favour the true class by `skill`, with noise. */
function opinion(labels: Int32Array, skill: number, random: () => number): Float64Array {
  return Float64Array.from({ length: labels.length * CLASSES }, (_, at) => {
    const isTrue = labels[Math.floor(at / CLASSES)] === at % CLASSES;
    return (isTrue ? skill : 0) + 2 * (random() - 0.5);
  });
}
const labels = Int32Array.from({ length: 200 }, (_, row) => row % CLASSES);
const weigh = (first: number, second: number, seed: number): number => {
  const random = seededRandom(seed);
  return weightOfSecond(opinion(labels, first, random), opinion(labels, second, random), labels);
};
const seeds = fc.nat({ max: 1e6 });

describe('the weight of a second opinion', () => {
  it('is larger the more it knows', () => {
    fc.assert(
      fc.property(seeds, (seed) => expect(weigh(0.6, 1, seed)).toBeGreaterThan(weigh(0.6, 0.2, seed))),
      { numRuns: 15 },
    );
  });

  it('is 0 when it is mostly wrong', () => {
    fc.assert(
      fc.property(seeds, (seed) => expect(weigh(1, -1, seed)).toBe(0)),
      { numRuns: 15 },
    );
  });

  it('grows with the number of texts', () => {
    const few = labels.subarray(0, 20);
    const [first, second] = [opinion(labels, 0.6, seededRandom(1)), opinion(labels, 0.6, seededRandom(2))];
    const ofFew = weightOfSecond(first.subarray(0, 20 * CLASSES), second.subarray(0, 20 * CLASSES), few);
    expect(ofFew).toBeLessThan(0.8 * weightOfSecond(first, second, labels));
  });

  it('does not depend on the unit that it is measured in', () => {
    const [first, second] = [opinion(labels, 0.6, seededRandom(1)), opinion(labels, 0.6, seededRandom(2))];
    const tenfold = second.map((value) => 10 * value);
    expect(10 * weightOfSecond(first, tenfold, labels)).toBeCloseTo(weightOfSecond(first, second, labels), 6);
  });

  it('stays bounded where every text is clear', () => {
    const clear = opinion(labels, 50, seededRandom(1));
    const same = weightOfSecond(clear, clear, labels);
    expect(same).toBeGreaterThan(0);
    expect(same).toBeLessThan(1);
    expect(weightOfSecond(opinion(labels, -1, seededRandom(3)), clear, labels)).toBeLessThan(10);
  });

  it('is 0 without texts and with a single class', () => {
    expect(weightOfSecond(new Float64Array(), new Float64Array(), new Int32Array())).toBe(0);
    expect(weightOfSecond(Float64Array.of(1, 2), Float64Array.of(3, 1), Int32Array.of(0, 0))).toBe(0);
  });
});
