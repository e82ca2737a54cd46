import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { barOfDoubt } from './bar-of-doubt.js';
import { type HeldOut } from './intent-model.js';

const texts = (isRight: (at: number) => boolean, count = 1_000): HeldOut[] =>
  Array.from({ length: count }, (_, at) => ({ confidence: at / count, isRight: isRight(at) }));

describe('The bar below which a second model is asked', () => {
  it('is the lowest confidence above which the first model loses almost nothing', () => {
    // Below .4 the first one is always wrong and the second one right; above it both are right.
    const bar = barOfDoubt(
      texts((at) => at >= 400),
      texts(() => true),
    );
    expect(bar).toBeGreaterThan(0.39);
    expect(bar).toBeLessThanOrEqual(0.4);
  });

  it('is the lowest confidence of all where the second model knows nothing more', () => {
    const same = texts((at) => at % 3 > 0);
    expect(barOfDoubt(same, same)).toBe(0);
  });

  it('asks the second model always where the first one is worse everywhere', () => {
    expect(
      barOfDoubt(
        texts(() => false, 100),
        texts(() => true, 100),
      ),
    ).toBeGreaterThan(1);
    expect(barOfDoubt([], [])).toBeGreaterThan(1);
  });

  it('never costs more than a quarter of a per cent of the texts, whatever the two models decide', () => {
    const decided = fc.record({
      confidence: fc.integer({ min: 0, max: 20 }),
      first: fc.boolean(),
      second: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(decided, { minLength: 1, maxLength: 400 }), (all) => {
        const first = all.map(({ confidence, first: isRight }) => ({ confidence: confidence / 20, isRight }));
        const second = all.map(({ second: isRight }) => ({ confidence: 1, isRight }));
        const bar = barOfDoubt(first, second);
        const together = first.map((text, at) => (text.confidence >= bar ? text : second[at]!));
        const rightOf = (list: readonly HeldOut[]): number => list.filter(({ isRight }) => isRight).length;
        expect(rightOf(together)).toBeGreaterThanOrEqual(rightOf(second) - 0.0025 * all.length);
      }),
    );
  });
});
