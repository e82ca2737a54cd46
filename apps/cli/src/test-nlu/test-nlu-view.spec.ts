import { describe, expect, it } from '@jest/globals';
import { evaluate } from '#nlu-engine';
import { comparisonOf, tableOf } from './test-nlu-view.js';

const costs = { trainSeconds: null, parseMs: { p50: 0.25, p99: 2 }, modelBytes: 2 ** 20, rssBytes: 2 ** 27 };
const answer = (name: string | null, confidence: number) => ({ name, confidence });

describe('The table of a test', () => {
  it('has a line for each figure that was measured', () => {
    const report = evaluate(
      [0.9, 0.8].map((confidence, at) => ({
        example: { text: `text ${at}`, intent: 'a', entities: [] },
        understanding: {
          intent: answer(at === 0 ? 'a' : 'b', confidence),
          intent_ranking: [answer(at === 0 ? 'a' : 'b', confidence)],
          entities: [],
        },
      })),
    );
    const table = tableOf(report, costs, { mean: 0.5, sd: 0.02 });
    expect(table).toMatch(/intents, accuracy +50\.0 % +± 2\.0 % over the folds/);
    expect(table).toMatch(/parse +0\.25 ms +p99 2\.00 ms/);
    expect(table).toMatch(/model +1\.0 MB/);
    expect(table).toContain('1 × a taken for b');
    expect(table).not.toMatch(/entities|out of scope|training +\d/);
  });
});

describe('The comparison', () => {
  const counts = { examples: 100, onlyFirst: 2, onlySecond: 12, difference: 0.1 };
  it('names the better configuration only when the difference is significant', () => {
    expect(comparisonOf('a.yml', 'b.yml', { ...counts, interval: [0.03, 0.17], p: 0.013 })).toContain(
      'b.yml is significantly better.',
    );
    const unsure = comparisonOf('a.yml', 'b.yml', { ...counts, interval: [-0.01, 0.2], p: 0.3 });
    expect(unsure).toContain('not significant');
    expect(unsure).toContain('+10.0 points of accuracy (95 %: -1.0 to +20.0)');
  });
});
