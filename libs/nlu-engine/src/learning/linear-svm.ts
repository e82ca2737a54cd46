import { shuffle } from './random.js';
import { addScaled, dot, type SparseRows } from './sparse-rows.js';

const PENALTY = 2;
const TOLERANCE = 0.1;
const MAX_EPOCHS = 50;

/** One binary problem and how far it is solved. `weights` always equals the sum of `duals[i] * signs[i] * row i`. */
export interface Problem {
  rows: SparseRows;
  squares: Float64Array;
  /** +1 or -1 for each row. */
  signs: Int8Array;
  duals: Float64Array;
  weights: Float64Array;
}

/**
 * Solves a linear support vector machine with squared hinge loss over the rows `members`, from where `problem` stands,
 * in place. Dual coordinate descent with shrinking: Hsieh et al., "A Dual Coordinate Descent Method for Large-scale
 * Linear SVM", ICML 2008, algorithm 3. C is 2, the tolerance 0.1, at most 50 epochs.
 */
export function solve(problem: Problem, members: Int32Array, random: () => number): void {
  const { rows, squares, signs, duals, weights } = problem;
  const diagonal = 1 / (2 * PENALTY);
  const order = members.slice();
  let active = order.length;
  let upper = Infinity;
  for (let epoch = 0; epoch < MAX_EPOCHS; epoch++) {
    let highest = -Infinity;
    let lowest = Infinity;
    shuffle(order, random, active);
    for (let at = 0; at < active; at++) {
      const row = order[at]!;
      const sign = signs[row]!;
      const dual = duals[row]!;
      const gradient = sign * dot(rows, row, weights) - 1 + dual * diagonal;
      if (dual === 0 && gradient > upper) {
        active--;
        order[at] = order[active]!;
        order[active] = row;
        at--;
        continue;
      }
      const projected = dual === 0 ? Math.min(gradient, 0) : gradient;
      highest = Math.max(highest, projected);
      lowest = Math.min(lowest, projected);
      if (Math.abs(projected) < 1e-12) continue;
      const moved = Math.max(dual - gradient / (squares[row]! + diagonal), 0);
      duals[row] = moved;
      addScaled(rows, row, (moved - dual) * sign, weights);
    }
    if (highest - lowest <= TOLERANCE) {
      if (active === order.length) return;
      // What was shrunk away gets another look before the solution counts.
      active = order.length;
      upper = Infinity;
      continue;
    }
    upper = highest > 0 ? highest : Infinity;
  }
}
