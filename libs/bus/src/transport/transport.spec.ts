import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultTuning, retryDelay } from './transport.js';

const tuned = (retryDelaysMs: number[]) => ({ ...defaultTuning, retryDelaysMs });
const schedule = fc
  .uniqueArray(fc.integer({ min: 1, max: 3_600_000 }), { minLength: 1, maxLength: 8 })
  .map((delays) => delays.sort((a, b) => a - b));

describe('The delay before a retry', () => {
  it.each([
    [1, 0, 1_000],
    [2, 0, 5_000],
    [3, 0, 30_000],
    [4, 0, 30_000],
    [100, 0, 30_000],
    [1, 1_000, 1_000],
    [1, 1_001, 5_000],
    [1, 20_000, 30_000],
    [1, 90_000, 30_000],
    [3, 2_000, 30_000],
  ])('after attempt %i, with a request for %i ms, is %i ms', (attempt, afterMs, expected) => {
    expect(retryDelay(defaultTuning, attempt, afterMs)).toBe(expected);
  });

  it('is always a step of the schedule, because only those have a waiting queue', () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: 1, max: 50 }), fc.nat(), (delays, attempt, afterMs) => {
        expect(delays).toContain(retryDelay(tuned(delays), attempt, afterMs));
      }),
    );
  });

  it('is at least as long as requested, unless the longest step is shorter', () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: 1, max: 50 }), fc.nat(7_200_000), (delays, attempt, afterMs) => {
        const longest = delays.at(-1) ?? 0;
        expect(retryDelay(tuned(delays), attempt, afterMs)).toBeGreaterThanOrEqual(Math.min(afterMs, longest));
      }),
    );
  });

  it('never decreases from one attempt to the next', () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: 1, max: 50 }), fc.nat(), (delays, attempt, afterMs) => {
        const tuning = tuned(delays);
        expect(retryDelay(tuning, attempt + 1, afterMs)).toBeGreaterThanOrEqual(retryDelay(tuning, attempt, afterMs));
      }),
    );
  });

  it('is one second without a schedule', () => {
    expect(retryDelay(tuned([]), 1, 0)).toBe(1_000);
  });
});
