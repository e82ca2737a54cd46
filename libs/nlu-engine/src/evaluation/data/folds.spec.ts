import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stratifiedFolds, withoutDuplicates } from './folds.js';

const examples = fc
  .array(fc.option(fc.constantFrom('a', 'b', 'c')), { minLength: 6, maxLength: 60 })
  .map((intents) => intents.map((intent, at) => ({ text: `text ${at}`, intent })));
const folds = fc.integer({ min: 2, max: 6 });

describe('Stratified folds', () => {
  it('test each example once and train on all others', () => {
    fc.assert(
      fc.property(examples, folds, fc.nat(), (all, count, seed) => {
        const parts = stratifiedFolds(all, { folds: count, seed });
        expect(parts).toHaveLength(count);
        expect(parts.flatMap(({ test }) => test).sort((a, b) => all.indexOf(a) - all.indexOf(b))).toEqual(all);
        for (const { train, test } of parts) {
          expect(train.length + test.length).toBe(all.length);
          expect(train.some((example) => test.includes(example))).toBe(false);
        }
      }),
    );
  });

  it('are of equal size, and spread each intent evenly', () => {
    fc.assert(
      fc.property(examples, folds, fc.nat(), (all, count, seed) => {
        const parts = stratifiedFolds(all, { folds: count, seed }).map(({ test }) => test);
        for (const intent of [undefined, 'a', 'b', 'c', null]) {
          const sizes = parts.map(
            (test) => test.filter((each) => intent === undefined || each.intent === intent).length,
          );
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('are the same for the same seed and others for another', () => {
    const all = Array.from({ length: 40 }, (_, at) => ({ text: `text ${at}`, intent: 'a' }));
    expect(stratifiedFolds(all, { folds: 4, seed: 1 })).toEqual(stratifiedFolds(all, { folds: 4, seed: 1 }));
    expect(stratifiedFolds(all, { folds: 4, seed: 1 })).not.toEqual(stratifiedFolds(all, { folds: 4, seed: 2 }));
  });

  it('refuse what cannot be split', () => {
    const two = [1, 2].map((at) => ({ text: `text ${at}`, intent: 'a' }));
    expect(() => stratifiedFolds(two, { folds: 3 })).toThrow('2 examples cannot be split into 3 folds');
    expect(() => stratifiedFolds(two, { folds: 1 })).toThrow('2 folds or more');
  });
});

describe('Without duplicates', () => {
  it('keeps the first of texts that differ only in case, punctuation and spacing', () => {
    const texts = [
      'My printer is broken',
      'my  printer is broken!',
      "I can't log in",
      'I cant log in.',
      '👍',
      '?',
      '!',
    ];
    expect(withoutDuplicates(texts.map((text) => ({ text }))).map(({ text }) => text)).toEqual([
      'My printer is broken',
      "I can't log in",
      '👍',
      '?',
      '!',
    ]);
  });
});
