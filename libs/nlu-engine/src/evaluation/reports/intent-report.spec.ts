import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reportIntents } from './intent-report.js';
import { predicted } from './prediction.fixture.js';

const name = fc.constantFrom('a', 'b', 'c', 'd');
const predictions = fc.array(
  fc
    .tuple(name, fc.option(name), fc.float({ min: 0, max: 1, noNaN: true }))
    .map(([expected, top, confidence]) => predicted(expected, [[top, top === null ? 0 : confidence]])),
  { minLength: 1, maxLength: 40 },
);

describe('The report of intents', () => {
  it('has the figures of a calculation by hand', () => {
    // a: 2 of 3 right; b: 1 of 1 right and once predicted wrongly; c: never predicted.
    const report = reportIntents([
      predicted('a', [['a', 0.9]]),
      predicted('a', [['a', 0.8]]),
      predicted('a', [['b', 0.7]]),
      predicted('b', [['b', 0.9]]),
      predicted('c', [['a', 0.6]]),
    ])!;
    expect(report.accuracy).toBeCloseTo(3 / 5);
    expect(report.perIntent).toEqual([
      { intent: 'a', precision: 2 / 3, recall: 2 / 3, f1: 4 / 6, support: 3 },
      { intent: 'b', precision: 1 / 2, recall: 1, f1: 2 / 3, support: 1 },
      { intent: 'c', precision: 0, recall: 0, f1: 0, support: 1 },
    ]);
    expect(report.macroF1).toBeCloseTo(4 / 9);
    expect(report.microF1).toBeCloseTo(3 / 5);
    expect(report.confusions).toEqual([
      { expected: 'a', predicted: 'b', count: 1 },
      { expected: 'c', predicted: 'a', count: 1 },
    ]);
    expect(report.matrix).toEqual({
      labels: ['a', 'b', 'c'],
      counts: [
        [2, 1, 0],
        [0, 1, 0],
        [1, 0, 0],
      ],
    });
  });

  it('evaluates the top intent below a fallback, and the fallback separately', () => {
    const report = reportIntents([
      predicted('a', [
        ['nlu_fallback', 0.3],
        ['a', 0.25],
      ]),
      predicted('a', [
        ['nlu_fallback', 0.3],
        ['b', 0.2],
      ]),
      predicted('a', [['a', 0.9]]),
      predicted('b', [['b', 0.9]]),
    ])!;
    expect(report.accuracy).toBe(3 / 4);
    expect(report.accuracyWithFallback).toBe(2 / 4);
    expect(report.needlessFallbacks).toBe(1 / 4);
    expect(report.matrix.labels).toEqual(['a', 'b']);
  });

  it('leaves texts without an intent out, and is null when there are no others', () => {
    const outside = [predicted(null, [['a', 0.9]]), predicted('oos', [['a', 0.9]])];
    expect(reportIntents(outside)).toBeNull();
    expect(reportIntents([...outside, predicted('a', [['a', 0.9]])])).toMatchObject({ examples: 1, accuracy: 1 });
  });

  it('counts a text without any prediction against recall only', () => {
    const report = reportIntents([predicted('a', [[null, 0]]), predicted('a', [['a', 1]])])!;
    expect(report.perIntent).toEqual([{ intent: 'a', precision: 1, recall: 1 / 2, f1: 2 / 3, support: 2 }]);
    expect(report.microF1).toBeCloseTo(2 / 3);
    expect(report.confusions).toEqual([{ expected: 'a', predicted: null, count: 1 }]);
  });

  it('has figures between 0 and 1, and every text in the matrix or without a prediction', () => {
    fc.assert(
      fc.property(predictions, (all) => {
        const report = reportIntents(all)!;
        const { accuracy, accuracyWithFallback, macroF1, microF1, needlessFallbacks } = report;
        const rates = report.perIntent.flatMap(({ precision, recall, f1 }) => [precision, recall, f1]);
        for (const figure of [accuracy, accuracyWithFallback, macroF1, microF1, needlessFallbacks, ...rates])
          expect(figure >= 0 && figure <= 1).toBe(true);
        const wrong = report.confusions.reduce((sum, { count }) => sum + count, 0);
        const right = report.matrix.counts.reduce((sum, row, at) => sum + row[at]!, 0);
        expect(right + wrong).toBe(all.length);
        expect(right / all.length).toBeCloseTo(accuracy);
        expect(report.perIntent.reduce((sum, { support }) => sum + support, 0)).toBe(all.length);
      }),
    );
  });

  it('is perfect exactly when every prediction is right', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        const report = reportIntents(names.map((each) => predicted(each, [[each, 0.5]])))!;
        expect([report.accuracy, report.macroF1, report.microF1]).toEqual([1, 1, 1]);
        expect(report.confusions).toEqual([]);
      }),
    );
  });
});
