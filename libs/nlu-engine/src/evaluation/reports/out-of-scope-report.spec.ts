import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { auroc, reportOutOfScope } from './out-of-scope-report.js';
import { predicted } from './prediction.fixture.js';

const scores = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });

describe('The report of texts out of scope', () => {
  it('has the figures of a calculation by hand', () => {
    const report = reportOutOfScope([
      predicted(null, [
        ['nlu_fallback', 0.3],
        ['a', 0.1],
      ]),
      predicted('oos', [['a', 0.5]]),
      predicted('a', [
        ['nlu_fallback', 0.3],
        ['a', 0.2],
      ]),
      predicted('a', [['a', 0.9]]),
    ])!;
    expect(report).toMatchObject({ examples: 2, recall: 1 / 2, precision: 1 / 2 });
    // 0.1 is below 0.2 and 0.9, 0.5 only below 0.9.
    expect(report.auroc).toBe(3 / 4);
    // None of two texts in scope may be refused; only 0.1 is below both.
    expect(report.recallAt5).toBe(1 / 2);
  });

  it('counts no answer and the intent out_of_scope as refusals', () => {
    const report = reportOutOfScope([
      predicted(null, [[null, 0]]),
      predicted('out_of_scope', [
        ['out_of_scope', 0.9],
        ['a', 0.05],
      ]),
      predicted('a', [['a', 0.6]]),
    ])!;
    expect(report).toEqual({ examples: 2, recall: 1, precision: 1, auroc: 1, recallAt5: 1 });
  });

  it('leaves out figures that it cannot measure', () => {
    expect(reportOutOfScope([predicted('a', [['a', 1]])])).toBeNull();
    expect(reportOutOfScope([predicted(null, [['a', 1]])])).toEqual({
      examples: 1,
      recall: 0,
      precision: null,
      auroc: null,
      recallAt5: null,
    });
  });

  it('refuses at most 5 % of the texts in scope for its recall, and more would be more', () => {
    const inside = Array.from({ length: 100 }, (_, at) => predicted('a', [['a', at / 100]]));
    const outside = [0.01, 0.04, 0.05, 0.5].map((confidence) => predicted(null, [['a', confidence]]));
    // 0.00 to 0.04 are five; everything below 0.05 is refused with them.
    expect(reportOutOfScope([...inside, ...outside])!.recallAt5).toBe(2 / 4);
  });
});

describe('AUROC', () => {
  it('is one minus itself when the sides are exchanged', () => {
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        expect(auroc(a, b) + auroc(b, a)).toBeCloseTo(1);
      }),
    );
  });

  it('is the share of pairs in the right order, equal ones counted half', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const pairs = positives.flatMap((a) => negatives.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
        expect(auroc(positives, negatives)).toBeCloseTo(
          pairs.reduce<number>((sum, each) => sum + each, 0) / pairs.length,
        );
      }),
    );
  });

  it('does not change with the scale of the scores', () => {
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        const stretched = (values: number[]) => values.map((value) => value ** 3 + 7);
        expect(auroc(stretched(a), stretched(b))).toBeCloseTo(auroc(a, b));
      }),
    );
  });
});
