import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type StoryRun } from './run-story.js';
import { rasaStoryReport, reportStories } from './story-report.js';

const run = (...pairs: [expected: string, predicted: string][]): StoryRun => ({
  name: 'a story',
  steps: [],
  judgements: pairs.map(([expected, predicted]) => ({ kind: 'action', expected, predicted })),
});

describe('The report of test stories', () => {
  it('has precision, recall and support of every label, averages, and the share of right conversations', () => {
    const report = rasaStoryReport(reportStories([run(['a', 'a'], ['a', 'b'], ['b', 'b']), run(['b', 'b'])]));
    expect(report).toEqual({
      a: { precision: 1, recall: 0.5, 'f1-score': 2 / 3, support: 2 },
      b: { precision: 2 / 3, recall: 1, 'f1-score': 0.8, support: 2 },
      accuracy: 0.75,
      'macro avg': {
        precision: expect.closeTo(5 / 6),
        recall: 0.75,
        'f1-score': expect.closeTo(0.7333, 3),
        support: 4,
      },
      'weighted avg': {
        precision: expect.closeTo(5 / 6),
        recall: 0.75,
        'f1-score': expect.closeTo(0.7333, 3),
        support: 4,
      },
      conversation_accuracy: { accuracy: 0.5, correct: 1, with_warnings: 0, total: 2 },
    });
  });

  it('counts every comparison once, and everything right gives ones only', () => {
    const label = fc.constantFrom('a', 'b', 'c', '<d>');
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(label, label), { minLength: 1 }), { minLength: 1 }), (stories) => {
        const report = reportStories(stories.map((pairs) => run(...pairs)));
        const supports = [...report.labels.values()].map(({ support }) => support);
        expect(supports.reduce((sum, support) => sum + support, 0)).toBe(stories.flat().length);
        expect(report.matrix.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(stories.flat().length);
        const right = reportStories(
          stories.map((pairs) => run(...pairs.map(([name]) => [name, name] as [string, string]))),
        );
        expect(right.accuracy).toBe(1);
        expect(right.conversations).toEqual({ total: stories.length, correct: stories.length });
      }),
    );
  });
});
