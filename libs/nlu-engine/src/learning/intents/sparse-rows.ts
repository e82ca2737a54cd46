import { type FeatureBlock } from '../feature-block.js';

/** A sparse matrix, row after row. Every row ends with a constant 1 in the last column: the bias. */
export interface SparseRows {
  count: number;
  dimension: number;
  /** Row `i` lies from `starts[i]` to `starts[i + 1]` in `indices` and `values`. */
  starts: Int32Array;
  indices: Int32Array;
  values: Float32Array;
}

/** Puts the blocks of each text side by side and adds the bias. */
export function stackRows(texts: readonly (readonly FeatureBlock[])[]): SparseRows {
  const dimension = 1 + (texts[0] ?? []).reduce((sum, block) => sum + block.dimension, 0);
  const starts = new Int32Array(texts.length + 1);
  texts.forEach((blocks, row) => {
    starts[row + 1] = blocks.reduce((sum, block) => sum + block.indices.length, starts[row]! + 1);
  });
  const indices = new Int32Array(starts[texts.length]!);
  const values = new Float32Array(indices.length);
  texts.forEach((blocks, row) => {
    let at = starts[row]!;
    let offset = 0;
    for (const block of blocks) {
      for (let entry = 0; entry < block.indices.length; entry++, at++) {
        indices[at] = offset + block.indices[entry]!;
        values[at] = block.values[entry]!;
      }
      offset += block.dimension;
    }
    indices[at] = dimension - 1;
    values[at] = 1;
  });
  return { count: texts.length, dimension, starts, indices, values };
}

/** Writes into `decisions`, for each class, the row times the class's weights (class after class for each feature). */
export function decide(
  { starts, indices, values }: SparseRows,
  row: number,
  weights: Float32Array,
  decisions: Float64Array,
) {
  decisions.fill(0);
  addWeighted({ indices, values }, { from: starts[row]!, to: starts[row + 1]!, offset: 0 }, weights, decisions);
}

/**
 * Adds to `decisions`, for each class, the weights of some features times their values. Four features at a time: the
 * decisions are read and written less often, which makes it three times faster.
 */
export function addWeighted(
  { indices, values }: Pick<FeatureBlock, 'indices' | 'values'>,
  { from, to, offset }: { from: number; to: number; offset: number },
  weights: Float32Array,
  decisions: Float64Array,
): void {
  const classes = decisions.length;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const a = (offset + indices[at]!) * classes;
    const b = (offset + indices[at + 1]!) * classes;
    const c = (offset + indices[at + 2]!) * classes;
    const d = (offset + indices[at + 3]!) * classes;
    const [valueA, valueB, valueC, valueD] = [values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!];
    for (let label = 0; label < classes; label++)
      decisions[label]! +=
        weights[a + label]! * valueA +
        weights[b + label]! * valueB +
        weights[c + label]! * valueC +
        weights[d + label]! * valueD;
  }
  for (; at < to; at++) {
    const start = (offset + indices[at]!) * classes;
    for (let label = 0; label < classes; label++) decisions[label]! += weights[start + label]! * values[at]!;
  }
}

/** As `decide`, for the classes `chosen`; those of the others are 0. */
export function decideSome(
  rows: SparseRows,
  row: number,
  chosen: Int32Array,
  weights: Float32Array,
  decisions: Float64Array,
): void {
  const classes = decisions.length;
  if (chosen.length === classes) return decide(rows, row, weights, decisions);
  decisions.fill(0);
  const { starts, indices, values } = rows;
  const end = starts[row + 1]!;
  let at = starts[row]!;
  for (; at + 2 <= end; at += 2) {
    const a = indices[at]! * classes;
    const b = indices[at + 1]! * classes;
    const [valueA, valueB] = [values[at]!, values[at + 1]!];
    for (let one = 0; one < chosen.length; one++) {
      const label = chosen[one]!;
      decisions[label]! += weights[a + label]! * valueA + weights[b + label]! * valueB;
    }
  }
  for (; at < end; at++)
    for (const label of chosen) decisions[label]! += weights[indices[at]! * classes + label]! * values[at]!;
}

/** Adds to the weights of the classes `chosen` the row times their `factors`. */
export function addToClasses(
  { dimension, starts, indices, values }: SparseRows,
  row: number,
  { chosen, factors }: { chosen: Int32Array; factors: Float64Array },
  weights: Float32Array,
): void {
  const classes = weights.length / dimension;
  const end = starts[row + 1]!;
  for (let at = starts[row]!; at < end; at++) {
    const start = indices[at]! * classes;
    const value = values[at]!;
    for (let one = 0; one < chosen.length; one++) weights[start + chosen[one]!]! += factors[one]! * value;
  }
}

/** Squared length of each row. */
export function squaredLengths(rows: SparseRows): Float64Array {
  const squares = new Float64Array(rows.count);
  for (let row = 0; row < rows.count; row++)
    for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++) squares[row]! += rows.values[at]! ** 2;
  return squares;
}
