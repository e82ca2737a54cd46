import { type Effort, newProblem, solve, withoutRows } from './linear-svm.js';
import { type Report } from '../progress.js';
import { seededRandom } from '#seeded-random';
import { decide, type SparseRows, squaredLengths } from './sparse-rows.js';

/** Some of the classes of a problem; each class has an SVM of its own, so they can be solved apart. */
export interface SvmsJob {
  rows: SparseRows;
  /** The class of each row. */
  labels: Int32Array;
  /** The SVMs of the classes from `from` up to, not including, `to` are wanted. */
  from: number;
  to: number;
  /** The fold in which each row is held out. */
  foldOf: Int32Array;
  /** So many folds are tried. */
  folds: number;
  /** The rows of those folds whose decision values are wanted. */
  tested: Int32Array;
  seed: number;
}

export interface Svms {
  /** Of one feature after the other, the weight for each of the classes. */
  weights: Float32Array;
  /** Of one tested row after the other, what the SVMs that have not seen it decide for each of the classes. */
  decisions: Float64Array;
}

/** Where the SVMs are trained: in this thread or in others. The result does not depend on it. */
export interface SvmJobs {
  run(name: 'svms', input: SvmsJob, report: Report): Promise<Svms>;
}

/** From so many rows on, a coarser solution is as accurate. */
const MANY_ROWS = 4_000;
/** The folds begin near their solution. */
const FINE = { whole: { epochs: 12, smallestChange: 0.03 }, fold: { epochs: 4, smallestChange: 0.03 } };
const COARSE = { whole: { epochs: 8, smallestChange: 0.08 }, fold: { epochs: 4, smallestChange: 0.08 } };

/**
 * Trains one classifier a class, and on the way, by cross-validation, what its decision values are for rows that it has
 * not seen. The folds start from the full solution without the duals of the held-out rows (alpha seeding: DeCoste and
 * Wagstaff, 2000).
 */
export async function trainSvms(
  { rows, labels, from, to, foldOf, folds, tested, seed }: SvmsJob,
  report: Report,
): Promise<Svms> {
  const classes = to - from;
  const own = labels.map((label) => (label >= from && label < to ? label - from : -1));
  const random = seededRandom(seed);
  const effort = rows.count < MANY_ROWS ? FINE : COARSE;
  const everyRow = Int32Array.from({ length: rows.count }, (_, row) => row);
  const problem = newProblem(rows, squaredLengths(rows), own, classes);
  const rounds = 1 + folds;
  const solved = (some: typeof problem, members: Int32Array, { how, round }: { how: Effort; round: number }) =>
    solve(some, members, { random, ...how }, (epoch, epochs) => report(round + epoch / epochs, rounds));
  await solved(problem, everyRow, { how: effort.whole, round: 0 });
  const decisions = new Float64Array(tested.length * classes);
  for (let fold = 0; fold < folds; fold++) {
    const isHeldOut = (row: number): boolean => foldOf[row] === fold;
    const without = withoutRows(problem, everyRow.filter(isHeldOut));
    const members = everyRow.filter((row) => !isHeldOut(row));
    await solved(without, members, { how: effort.fold, round: 1 + fold });
    tested.forEach((row, at) => {
      if (isHeldOut(row)) decide(rows, row, without.weights, decisions.subarray(at * classes, (at + 1) * classes));
    });
  }
  return { weights: problem.weights, decisions };
}
