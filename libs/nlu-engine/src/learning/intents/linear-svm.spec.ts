import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newProblem, solve, withoutRows } from './linear-svm.js';
import { seededRandom } from '#seeded-random';
import { decide, squaredLengths, stackRows } from './sparse-rows.js';

const CLASSES = 3;
const points = fc.array(
  fc.record({ label: fc.nat({ max: CLASSES - 1 }), noise: fc.double({ min: -1, max: 1, noNaN: true }) }),
  { minLength: 4, maxLength: 40 },
);
type Point = { label: number; noise: number };

/** Each class has a feature of its own; the last one is noise. */
async function solved(samples: readonly Point[]) {
  const rows = stackRows(
    samples.map(({ label, noise }) => [
      { indices: Int32Array.of(label, CLASSES), values: Float32Array.of(9, noise), dimension: CLASSES + 1 },
    ]),
  );
  const labels = Int32Array.from(samples, ({ label }) => label);
  const problem = newProblem(rows, squaredLengths(rows), labels, CLASSES);
  const members = Int32Array.from(samples.keys());
  await solve(problem, members, { random: seededRandom(1), epochs: 30, smallestChange: 0.01 }, () => Promise.resolve());
  return problem;
}

describe('the linear support vector machines', () => {
  it('tell apart what a wide margin separates', async () => {
    await fc.assert(
      fc.asyncProperty(points, async (samples) => {
        const { rows, weights, labels } = await solved(samples);
        const decisions = new Float64Array(CLASSES);
        labels.forEach((own, row) => {
          decide(rows, row, weights, decisions);
          decisions.forEach((decision, label) => expect(Math.sign(decision)).toBe(label === own ? 1 : -1));
        });
      }),
    );
  });

  it('keep weights and duals consistent, also when rows are taken out', async () => {
    await fc.assert(
      fc.asyncProperty(points, async (samples) => {
        const whole = await solved(samples);
        const left = Int32Array.of(0, samples.length - 1);
        for (const { weights, duals, labels, rows } of [whole, withoutRows(whole, left)])
          for (let label = 0; label < CLASSES; label++) {
            const sum = samples.reduce(
              (total, _, row) => total + duals[row * CLASSES + label]! * (labels[row] === label ? 1 : -1),
              0,
            );
            expect(weights[(rows.dimension - 1) * CLASSES + label]).toBeCloseTo(sum, 3);
          }
        expect(withoutRows(whole, left).duals[0]).toBe(0);
      }),
    );
  });

  it('learn nothing from rows that are not members', async () => {
    const { rows, labels, squares } = await solved([
      { label: 0, noise: 0 },
      { label: 1, noise: 0 },
    ]);
    const problem = newProblem(rows, squares, labels, CLASSES);
    await solve(problem, new Int32Array(), { random: seededRandom(1), epochs: 5, smallestChange: 0.01 }, () =>
      Promise.resolve(),
    );
    expect(problem.weights.every((weight) => weight === 0)).toBe(true);
  });
});
