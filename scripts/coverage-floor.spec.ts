import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Coverage, raisedFloor } from './coverage-floor.js';

const percent = fc.double({ min: 0, max: 100, noNaN: true });
const coverage: fc.Arbitrary<Coverage> = fc.record({ lines: percent, branches: percent, functions: percent });

describe('the floor of the coverage', () => {
  it('rises to the whole per cents that were reached', () => {
    const floor = { lines: 80, branches: 70, functions: 90 };
    expect(raisedFloor(floor, { lines: 83.9, branches: 70, functions: 91.01 })).toEqual({
      lines: 83,
      branches: 70,
      functions: 91,
    });
  });

  it('is never lowered, and never above what was reached where it rises', () => {
    fc.assert(
      fc.property(coverage, coverage, (floor, measured) => {
        const raised = raisedFloor(floor, measured);
        for (const kind of ['lines', 'branches', 'functions'] as const) {
          expect(raised[kind]).toBeGreaterThanOrEqual(floor[kind]);
          expect(raised[kind]).toBeLessThanOrEqual(Math.max(floor[kind], measured[kind]));
        }
      }),
    );
  });
});
