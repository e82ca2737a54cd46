import { describe, expect, it } from '@jest/globals';
import { evaluate, type Prediction } from '#nlu-engine';
import { figuresOf, withPaths } from './figures.js';

const costs = { trainSeconds: 1.5, parseMs: { p50: 0.2, p99: 1 }, modelBytes: 1_000, rssBytes: 5_000 };
const understood = (intent: string | null, answer: string, confidence: number): Prediction => ({
  example: { text: 'a text', intent, entities: [] },
  understanding: {
    intent: { name: answer, confidence },
    intent_ranking: [{ name: answer, confidence }],
    entities: [],
  },
});

describe('The figures of a test', () => {
  it('are fractions, or null when there was nothing to measure', () => {
    const figures = figuresOf(evaluate([understood('a', 'a', 1), understood('a', 'b', 1)]), costs);
    expect(figures).toMatchObject({
      intent: { accuracy: 0.5 },
      entity: { exact: { f1: null }, overlap: { f1: null } },
      outOfScope: { recall: null, precision: null, auroc: null },
      ece: 0.5,
      ...costs,
    });
  });

  it('can be read nested or by path', () => {
    const read = withPaths(
      figuresOf(evaluate([understood('a', 'a', 0.9), understood(null, 'nlu_fallback', 0.3)]), costs),
    );
    expect(read).toMatchObject({ intent: { accuracy: 1 }, outOfScope: { auroc: 1 } });
    for (const path of ['intent.accuracy', 'intent.macroF1', 'outOfScope.recall', 'outOfScope.precision'])
      expect(read[path]).toBe(1);
    expect(read['entity.exact.f1']).toBeNull();
    expect(read['entity.overlap.f1']).toBeNull();
    expect(read['outOfScope.auroc']).toBe(1);
    expect(read['parseMs.p50']).toBe(0.2);
    expect(read['parseMs.p99']).toBe(1);
    expect(read['ece']).toBeCloseTo(0.1);
  });
});
