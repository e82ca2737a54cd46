import { shuffle } from '#seeded-random';
import { addToClasses, decideSome, type SparseRows } from './sparse-rows.js';

const PENALTY = 1;
/** A row without a step is passed over in so many epochs. */
const REST = 2;
/** Each so manieth epoch, and the last, looks at all SVMs. */
const WHOLE_EPOCHS = 3;
/** With fewer rows than that, all epochs do: it costs little, and each SVM has little else to go by. */
const FEW_ROWS = 500;

/**
 * A linear support vector machine for each class against the rest, and how far they are solved. `weights` (class after
 * class, for one feature after the other) always equals the sum of `dual * sign * row` over the rows.
 */
export interface Problem {
  rows: SparseRows;
  squares: Float64Array;
  /** The class of each row. */
  labels: Int32Array;
  classes: number;
  /** Class after class, for one row after the other. */
  duals: Float32Array;
  weights: Float32Array;
}

/** How near the solution to come. */
export interface Effort {
  epochs: number;
  /** A step that would change the row's own decision value by less is left out. */
  smallestChange: number;
}

/** An unsolved problem. */
export function newProblem(rows: SparseRows, squares: Float64Array, labels: Int32Array, classes: number): Problem {
  const duals = new Float32Array(rows.count * classes);
  return { rows, squares, labels, classes, duals, weights: new Float32Array(rows.dimension * classes) };
}

/**
 * Solves the SVMs of all classes, with squared hinge loss, over the rows `members`, from where `problem` stands, in
 * place. Dual coordinate descent (Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008)
 * that takes a step for every class while a row is at hand: rows are read once an epoch, and the weights of a feature for
 * all classes lie side by side. Most rows support few SVMs, so most epochs look at those only. C is 1.
 */
export async function solve(
  { rows, squares, labels, classes, duals, weights }: Problem,
  members: Int32Array,
  { random, epochs, smallestChange }: Effort & { random: () => number },
  report: (epoch: number, epochs: number) => Promise<void>,
): Promise<void> {
  const diagonal = 1 / (2 * PENALTY);
  const order = members.slice();
  const resting = new Uint8Array(rows.count);
  const decisions = new Float64Array(classes);
  const looked = new Int32Array(classes);
  const stepped = new Int32Array(classes);
  const factors = new Float64Array(classes);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    const isWhole = order.length < FEW_ROWS || epoch % WHOLE_EPOCHS === 0 || epoch === epochs - 1;
    let isSolved = isWhole;
    for (const row of order) {
      if (resting[row]! > 0) {
        resting[row]!--;
        continue;
      }
      let looks = 0;
      for (let label = 0; label < classes; label++)
        if (isWhole || duals[row * classes + label]! > 0) looked[looks++] = label;
      decideSome(rows, row, looked.subarray(0, looks), weights, decisions);
      const curvature = squares[row]! + diagonal;
      let steps = 0;
      for (let at = 0; at < looks; at++) {
        const label = looked[at]!;
        const sign = labels[row] === label ? 1 : -1;
        const dual = duals[row * classes + label]!;
        const gradient = sign * decisions[label]! - 1 + dual * diagonal;
        const moved = Math.max(dual - gradient / curvature, 0);
        if (Math.abs(moved - dual) * curvature < smallestChange) continue;
        duals[row * classes + label] = moved;
        stepped[steps] = label;
        factors[steps++] = (moved - dual) * sign;
      }
      if (steps === 0) resting[row] = REST;
      else isSolved = false;
      addToClasses(rows, row, { chosen: stepped.subarray(0, steps), factors }, weights);
    }
    await report(epoch + 1, epochs);
    if (isSolved) return;
  }
}

/** The problem as if some rows had taken no part in solving it so far. */
export function withoutRows(problem: Problem, left: Int32Array): Problem {
  const { rows, labels, classes } = problem;
  const copy = { ...problem, duals: problem.duals.slice(), weights: problem.weights.slice() };
  for (const row of left) {
    const duals = copy.duals.subarray(row * classes, (row + 1) * classes);
    const chosen = Int32Array.from(duals.keys()).filter((label) => duals[label]! > 0);
    const factors = Float64Array.from(chosen, (label) => (labels[row] === label ? -duals[label]! : duals[label]!));
    addToClasses(rows, row, { chosen, factors }, copy.weights);
    duals.fill(0);
  }
  return copy;
}
