import { describe, expect, it } from '@jest/globals';
import { crossValidate, type FoldNumber } from './cross-validation.js';
import { type LabelledText } from './reports/prediction.js';
import { predicted } from './reports/prediction.fixture.js';

const examples: LabelledText[] = Array.from({ length: 20 }, (_, at) => ({
  text: `text number ${at}`,
  intent: at % 2 === 0 ? 'even' : 'odd',
  entities: [],
}));

/** Knows even numbers only. */
const predict = async (_train: LabelledText[], test: LabelledText[]) =>
  test.map(({ text, intent }) => predicted(intent, [['even', 0.8]], text));

describe('A cross-validation', () => {
  it('tests every example once per run, and reports the spread over the folds', async () => {
    const seen: FoldNumber[] = [];
    const { runs, report, spread, duplicates } = await crossValidate(
      [...examples, { ...examples[0]!, text: 'Text number 0!' }],
      { folds: 5, runs: 2, predict, onFold: (at) => seen.push(at) },
    );
    expect(duplicates).toBe(1);
    expect(runs.map((run) => run.map(({ example }) => example.text).sort())).toEqual(
      [1, 2].map(() => examples.map(({ text }) => text).sort()),
    );
    expect(report.examples).toBe(40);
    expect(report.intent!.accuracy).toBe(0.5);
    expect(spread.accuracy).toEqual({ mean: 0.5, sd: 0 });
    expect(spread.macroF1!.mean).toBeCloseTo(1 / 3);
    expect(spread.entityF1).toBeNull();
    expect(seen).toHaveLength(10);
    expect(seen.at(-1)).toEqual({ run: 2, fold: 5 });
  });

  it('never tests on training examples, and splits each run anew', async () => {
    const tested: string[][] = [];
    await crossValidate(examples, {
      folds: 4,
      runs: 2,
      predict: async (train, test) => {
        const texts = new Set(train.map(({ text }) => text));
        expect(test.some(({ text }) => texts.has(text))).toBe(false);
        tested.push(test.map(({ text }) => text));
        return predict(train, test);
      },
    });
    expect(tested[0]).not.toEqual(tested[4]);
  });
});
