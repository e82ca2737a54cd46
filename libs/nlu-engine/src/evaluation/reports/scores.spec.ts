import { describe, expect, it } from '@jest/globals';
import { scoresOf, spreadOf } from './scores.js';

describe('Scores', () => {
  it('are precision, recall and their harmonic mean', () => {
    expect(scoresOf({ right: 6, found: 8, support: 12 })).toEqual({
      precision: 0.75,
      recall: 0.5,
      f1: 0.6,
      support: 12,
    });
  });

  it('are 0 of nothing', () => {
    expect(scoresOf({ right: 0, found: 0, support: 0 })).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
  });
});

describe('A spread', () => {
  it('is the mean and the sample standard deviation', () => {
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, sd: Math.sqrt(32 / 7) });
    expect(spreadOf([3])).toEqual({ mean: 3, sd: 0 });
  });
});
