import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { solve } from './linear-svm.js';
import { randomNumbers } from './random.js';
import { dot, squaredLengths, stackRows } from './sparse-rows.js';

const points = fc.array(
  fc.tuple(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }), fc.boolean()),
  { minLength: 4, maxLength: 40 },
);

describe('the linear support vector machine', () => {
  it('separates what a wide margin separates and keeps weights and duals consistent', () => {
    fc.assert(
      fc.property(points, (samples) => {
        const rows = stackRows(
          samples.map(([x, y, isPositive]) => [
            { indices: Int32Array.of(0, 1), values: Float32Array.of(isPositive ? x * 9 : -x * 9, y), dimension: 2 },
          ]),
        );
        const problem = {
          rows,
          squares: squaredLengths(rows),
          signs: Int8Array.from(samples, ([, , isPositive]) => (isPositive ? 1 : -1)),
          duals: new Float64Array(rows.count),
          weights: new Float64Array(rows.dimension),
        };
        solve(problem, Int32Array.from(samples.keys()), randomNumbers(1));
        samples.forEach((_, row) => expect(dot(rows, row, problem.weights) * problem.signs[row]!).toBeGreaterThan(0));
        const bias = samples.reduce((sum, _, row) => sum + problem.duals[row]! * problem.signs[row]!, 0);
        expect(problem.weights[2]).toBeCloseTo(bias, 6);
      }),
    );
  });
});
