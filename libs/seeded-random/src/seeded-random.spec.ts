import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom, shuffle, shuffled } from './index.js';

const take = (count: number, seed: number): number[] => Array.from({ length: count }, seededRandom(seed));

describe('The seeded generator', () => {
  it('gives the numbers that trained models depend on', () => {
    expect(take(3, 1)).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  });

  it('gives the same numbers for the same seed, all in [0, 1)', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const numbers = take(20, seed);
        expect(take(20, seed)).toEqual(numbers);
        for (const each of numbers) expect(each >= 0 && each < 1).toBe(true);
      }),
    );
  });

  it('gives different numbers for a different seed', () => {
    expect(take(5, 1)).not.toEqual(take(5, 2));
  });
});

describe('Shuffling', () => {
  it('keeps every item and leaves the given list alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items];
        expect(shuffled(items, seededRandom(seed)).sort()).toEqual([...items].sort());
        expect(items).toEqual(before);
      }),
    );
  });

  it('shuffles only the first items when a length is given, even in typed arrays', () => {
    const items = Int32Array.from({ length: 50 }, (_, at) => at);
    shuffle(items, seededRandom(3), 10);
    expect([...items.slice(10)]).toEqual(Array.from({ length: 40 }, (_, at) => at + 10));
    expect([...items.slice(0, 10)].sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
  });

  it('puts every item in every place about equally often', () => {
    const random = seededRandom(7);
    const counts = [0, 0, 0, 0];
    for (let round = 0; round < 4_000; round++) counts[shuffled([0, 1, 2, 3], random).indexOf(0)]!++;
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
