import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Coverage, raisedFloor } from './coverage-floor.js';

const percent = fc.double({ min: 0, max: 100, noNaN: true });
const coverage: fc.Arbitrary<Coverage> = fc.record({ lines: percent, branches: percent, functions: percent });

describe('The coverage floor', () => {
  it('rises to the measured coverage, rounded down to whole per cent', () => {
    const floor = { lines: 80, branches: 70, functions: 90 };
    expect(raisedFloor(floor, { lines: 83.9, branches: 70, functions: 91.01 })).toEqual({
      lines: 83,
      branches: 70,
      functions: 91,
    });
  });

  it('never falls, and never rises above the measured coverage', () => {
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
