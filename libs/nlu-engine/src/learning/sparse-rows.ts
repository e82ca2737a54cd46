import { type FeatureBlock } from '../component.js';

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

export function dot(rows: SparseRows, row: number, weights: Float64Array): number {
  const end = rows.starts[row + 1]!;
  let sum = 0;
  for (let at = rows.starts[row]!; at < end; at++) sum += weights[rows.indices[at]!]! * rows.values[at]!;
  return sum;
}

export function addScaled(rows: SparseRows, row: number, factor: number, weights: Float64Array): void {
  const end = rows.starts[row + 1]!;
  for (let at = rows.starts[row]!; at < end; at++) weights[rows.indices[at]!]! += factor * rows.values[at]!;
}

/** Squared length of each row. */
export function squaredLengths(rows: SparseRows): Float64Array {
  const squares = new Float64Array(rows.count);
  for (let row = 0; row < rows.count; row++)
    for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++) squares[row]! += rows.values[at]! ** 2;
  return squares;
}
