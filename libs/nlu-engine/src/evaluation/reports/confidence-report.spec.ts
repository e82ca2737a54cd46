import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reportConfidence } from './confidence-report.js';
import { predicted } from './prediction.fixture.js';

describe('The report of confidences', () => {
  it('has the calibration error of a calculation by hand', () => {
    // At 0.9: two of three right, so |0.9 - 2/3|; at 0.1: wrong, so 0.1.
    const report = reportConfidence([
      predicted('a', [['a', 0.9]]),
      predicted('a', [['a', 0.9]]),
      predicted('a', [['b', 0.9]]),
      predicted('a', [['b', 0.1]]),
    ])!;
    expect(report.ece).toBeCloseTo((3 * (0.9 - 2 / 3) + 0.1) / 4);
    expect(report.bins).toHaveLength(15);
    expect(report.bins[13]).toMatchObject({ count: 3, accuracy: 2 / 3 });
    expect(report.histogram.right[22]).toBe(2);
    expect(report.histogram.wrong[22]).toBe(1);
    expect(report.histogram.wrong[2]).toBe(1);
  });

  it('takes the confidence of the top intent, not that of a fallback', () => {
    const report = reportConfidence([
      predicted('a', [
        ['nlu_fallback', 0.3],
        ['a', 0.2],
      ]),
    ])!;
    expect(report.ece).toBeCloseTo(0.8);
  });

  it('has no error when certain answers are right and no confidence is wrong', () => {
    const report = reportConfidence([predicted('a', [['a', 1]]), predicted('a', [[null, 0]])])!;
    expect(report.ece).toBe(0);
    expect(report.bins[14]!.count).toBe(1);
  });

  it('is null when nothing has an intent', () => {
    expect(reportConfidence([predicted(null, [['a', 1]])])).toBeNull();
  });

  it('puts every text in one bin, and has an error between 0 and 1', () => {
    const answers = fc.array(fc.tuple(fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1 });
    fc.assert(
      fc.property(answers, (all) => {
        const { ece, bins, histogram } = reportConfidence(
          all.map(([isRight, confidence]) => predicted('a', [[isRight ? 'a' : 'b', confidence]])),
        )!;
        expect(ece >= 0 && ece <= 1).toBe(true);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
        expect([...histogram.right, ...histogram.wrong].reduce((sum, count) => sum + count)).toBe(all.length);
      }),
    );
  });
});
