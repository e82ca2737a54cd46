import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { predicted } from './prediction.fixture.js';
import { compareAccuracy, mcnemar } from './significance.js';

const answers = (rights: boolean[]) =>
  rights.map((right, at) => predicted('a', [[right ? 'a' : 'b', 1]], `text ${at}`));
const few = fc.nat(30);

describe("McNemar's exact test", () => {
  it('has the chances of a fair coin', () => {
    expect(mcnemar(0, 5)).toBeCloseTo(2 / 32);
    expect(mcnemar(1, 5)).toBeCloseTo((2 * (1 + 6)) / 64);
    expect(mcnemar(2, 8)).toBeCloseTo((2 * (1 + 10 + 45)) / 1024);
    expect(mcnemar(0, 0)).toBe(1);
    expect(mcnemar(4, 4)).toBe(1);
  });

  it('is symmetric, lies in (0, 1], and decreases as the sides differ more', () => {
    fc.assert(
      fc.property(few, few, (a, b) => {
        expect(mcnemar(a, b)).toBeCloseTo(mcnemar(b, a));
        expect(mcnemar(a, b) > 0 && mcnemar(a, b) <= 1).toBe(true);
        expect(mcnemar(Math.min(a, b), Math.max(a, b) + 1)).toBeLessThanOrEqual(mcnemar(a, b) + 1e-12);
      }),
    );
  });

  it('holds for thousands of disagreements', () => {
    expect(mcnemar(2_000, 2_000)).toBe(1);
    expect(mcnemar(1_000, 3_000)).toBeLessThan(1e-100);
  });
});

describe('A comparison', () => {
  it('counts the texts that only one side got right, and gives the difference an interval', () => {
    const first = answers(Array.from({ length: 200 }, (_, at) => at < 140));
    const second = answers(Array.from({ length: 200 }, (_, at) => at >= 10 && at < 180));
    const result = compareAccuracy(first, second, { seed: 3 });
    expect(result).toMatchObject({ examples: 200, onlyFirst: 10, onlySecond: 40, difference: 0.15 });
    expect(result.p).toBeLessThan(0.001);
    const [low, high] = result.interval;
    expect(low).toBeGreaterThan(0.05);
    expect(low).toBeLessThan(0.15);
    expect(high).toBeGreaterThan(0.15);
    expect(high).toBeLessThan(0.25);
    expect(compareAccuracy(first, second, { seed: 3 })).toEqual(result);
  });

  it('finds no difference between equal results', () => {
    const same = answers([true, false, true]);
    expect(compareAccuracy(same, same)).toEqual({
      examples: 3,
      onlyFirst: 0,
      onlySecond: 0,
      difference: 0,
      interval: [0, 0],
      p: 1,
    });
  });

  it('refuses other texts, and texts without an intent', () => {
    expect(() => compareAccuracy(answers([true]), answers([true, true]))).toThrow('same texts');
    const outside = [predicted(null, [['a', 1]])];
    expect(() => compareAccuracy(outside, outside)).toThrow('None of the texts has an intent');
  });
});
