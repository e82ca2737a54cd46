import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomNumbers, shuffle } from './random.js';

describe('Random numbers', () => {
  it('are the same for the same seed, and others for another', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const draw = (from: number) => {
          const random = randomNumbers(from);
          return Array.from({ length: 8 }, random);
        };
        expect(draw(seed)).toEqual(draw(seed));
        expect(draw(seed)).not.toEqual(draw(seed + 1));
      }),
    );
  });

  it('lie from 0 up to but not including 1, spread evenly', () => {
    const random = randomNumbers(7);
    const counts = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 10_000; draw++) {
      const number = random();
      expect(number >= 0 && number < 1).toBe(true);
      counts[Math.floor(number * 10)]!++;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});

describe('Shuffling', () => {
  it('keeps every item, and those behind the length where they are', () => {
    const items = fc.int32Array({ maxLength: 20 });
    fc.assert(
      fc.property(items, fc.nat(20), fc.integer(), (items, length, seed) => {
        const shuffled = Int32Array.from(items);
        const end = Math.min(length, items.length);
        shuffle(shuffled, randomNumbers(seed), end);
        expect(Int32Array.from(shuffled).sort()).toEqual(Int32Array.from(items).sort());
        expect(shuffled.subarray(end)).toEqual(items.subarray(end));
      }),
    );
  });

  it('reaches every order about equally often', () => {
    const random = randomNumbers(3);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6_000; draw++) {
      const items = Int32Array.of(1, 2, 3);
      shuffle(items, random);
      counts.set(items.join(), (counts.get(items.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
