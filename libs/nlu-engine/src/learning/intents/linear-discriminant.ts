import { type FeatureBlock } from '../feature-block.js';
import { type SparseRows } from './sparse-rows.js';

/** How much of the covariance is taken to be the same in all directions: few examples say little about it. */
const SHRINKAGE = 0.5;

/** A decision value for each class: the row's values in `columns` times `weights`, class after class, plus `biases`. */
export interface Discriminant {
  columns: Int32Array;
  weights: Float64Array;
  biases: Float64Array;
}

/** Columns of the blocks in which every text has either a number everywhere or none: pre-trained vectors. */
export function denseColumns(texts: readonly (readonly FeatureBlock[])[]): Int32Array {
  const columns: number[] = [];
  let offset = 0;
  for (const [at, { dimension }] of (texts[0] ?? []).entries()) {
    const sizes = texts.map((blocks) => blocks[at]!.indices.length);
    if (sizes.includes(dimension) && sizes.every((size) => size === dimension || size === 0))
      for (let column = 0; column < dimension; column++) columns.push(offset + column);
    offset += dimension;
  }
  return Int32Array.from(columns);
}

/** Adds `times` times a discriminant to the weights of a linear model of the same rows, which end with their biases. */
export function addDiscriminant({ columns, weights, biases }: Discriminant, times: number, target: Float32Array): void {
  const classes = biases.length;
  columns.forEach((column, at) => {
    for (let label = 0; label < classes; label++)
      target[column * classes + label]! += times * weights[at * classes + label]!;
  });
  const last = target.length - classes;
  biases.forEach((bias, label) => (target[last + label]! += times * bias));
}

/**
 * What linear discriminant analysis wants to know of rows, from which rows can be taken out again: their number and sum
 * by class, and the sum of their products.
 */
export class ClassMoments {
  private readonly counts: Float64Array;
  private readonly sums: Float64Array[];
  /** The lower triangle is used. */
  private readonly products: Float64Array[];
  /** Of a column of the rows, its place among the dense ones; -1 of the others. */
  private readonly placeOf: Int32Array;
  private readonly zeros: Float64Array;

  constructor(
    private readonly rows: SparseRows,
    private readonly columns: Int32Array,
    classes: number,
  ) {
    this.counts = new Float64Array(classes);
    this.sums = Array.from({ length: classes }, () => new Float64Array(columns.length));
    this.products = Array.from(columns, () => new Float64Array(columns.length));
    this.placeOf = new Int32Array(rows.dimension).fill(-1);
    columns.forEach((column, place) => (this.placeOf[column] = place));
    this.zeros = new Float64Array(columns.length);
  }

  /** Adds rows with their classes `times` times; -1 takes them out. */
  add(rows: Int32Array, labels: Int32Array, times: number): void {
    if (this.columns.length === 0) return;
    for (let at = 0; at < rows.length; at += 4) {
      const some = rows.subarray(at, at + 4);
      const vectors = Array.from(some, (row) => this.vectorOf(row));
      some.forEach((row, one) => {
        const sum = this.sums[labels[row]!]!;
        this.counts[labels[row]!]! += times;
        vectors[one]!.forEach((value, place) => (sum[place]! += times * value));
      });
      this.addProducts(vectors, times);
    }
  }

  /**
   * Fisher's linear discriminant analysis: each class is a cloud around its mean, all of the same shape, and the decision
   * value is the log likelihood of a row compared with that of a cloud around the mean of the classes. The covariance is
   * shrunk (Friedman, "Regularized Discriminant Analysis", 1989). Undefined where no class has two different rows.
   */
  discriminant(): Discriminant | undefined {
    const size = this.columns.length;
    if (size === 0) return undefined;
    const classes = this.counts.length;
    const known = Array.from(this.counts.keys()).filter((label) => this.counts[label]! > 1e-6);
    const factor = choleskyFactor(this.covariance(known));
    if (!factor) return undefined;
    const centre = new Float64Array(size);
    for (const label of known)
      for (let at = 0; at < size; at++) centre[at]! += this.sums[label]![at]! / this.counts[label]! / known.length;
    const weights = new Float64Array(size * classes);
    const biases = new Float64Array(classes);
    for (const label of known) {
      const offset = this.sums[label]!.map((sum, at) => sum / this.counts[label]! - centre[at]!);
      const direction = solved(factor, offset);
      for (let at = 0; at < size; at++) {
        weights[at * classes + label] = direction[at]!;
        biases[label]! -= direction[at]! * (centre[at]! + offset[at]! / 2);
      }
    }
    return { columns: this.columns, weights, biases };
  }

  /** Adds to `decisions`, for each class, what the discriminant says of a row. */
  decide({ weights, biases }: Discriminant, row: number, decisions: Float64Array): void {
    const classes = biases.length;
    for (let label = 0; label < classes; label++) decisions[label]! += biases[label]!;
    this.vectorOf(row).forEach((value, at) => {
      if (value === 0) return;
      for (let label = 0; label < classes; label++) decisions[label]! += value * weights[at * classes + label]!;
    });
  }

  /** Four rows at a time: the products are read and written less often. */
  private addProducts([a, b, c, d]: readonly Float64Array[], times: number): void {
    const none = this.zeros;
    const [rowA, rowB, rowC, rowD] = [a ?? none, b ?? none, c ?? none, d ?? none];
    for (let one = 0; one < none.length; one++) {
      const products = this.products[one]!;
      const [inA, inB, inC, inD] = [times * rowA[one]!, times * rowB[one]!, times * rowC[one]!, times * rowD[one]!];
      for (let other = 0; other <= one; other++)
        products[other]! += inA * rowA[other]! + inB * rowB[other]! + inC * rowC[other]! + inD * rowD[other]!;
    }
  }

  private vectorOf(row: number): Float64Array {
    const vector = new Float64Array(this.columns.length);
    const { starts, indices, values } = this.rows;
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const place = this.placeOf[indices[at]!]!;
      if (place >= 0) vector[place] = values[at]!;
    }
    return vector;
  }

  /** Within the classes, shrunk; the lower triangle. */
  private covariance(known: readonly number[]): Float64Array[] {
    const size = this.columns.length;
    const covariance = this.products.map((products) => products.slice());
    for (const label of known) {
      const sum = this.sums[label]!;
      for (let one = 0; one < size; one++) {
        const factor = sum[one]! / this.counts[label]!;
        for (let other = 0; other <= one; other++) covariance[one]![other]! -= factor * sum[other]!;
      }
    }
    const total = known.reduce((count, label) => count + this.counts[label]!, 0);
    const free = Math.max(total - known.length, 1);
    const spread = covariance.reduce((trace, products, at) => trace + products[at]!, 0) / size / free;
    for (let one = 0; one < size; one++) {
      for (let other = 0; other <= one; other++) covariance[one]![other]! *= (1 - SHRINKAGE) / free;
      covariance[one]![one]! += SHRINKAGE * spread;
    }
    return covariance;
  }
}

/** Lower triangle whose product with its transpose is the matrix, made in its place; undefined unless that is positive. */
function choleskyFactor(matrix: Float64Array[]): Float64Array[] | undefined {
  for (const [one, row] of matrix.entries()) {
    for (let other = 0; other <= one; other++) {
      const earlier = matrix[other]!;
      let rest = row[other]!;
      for (let at = 0; at < other; at++) rest -= row[at]! * earlier[at]!;
      if (other < one) row[other] = rest / earlier[other]!;
      else if (rest < 1e-9) return undefined;
      else row[other] = Math.sqrt(rest);
    }
  }
  return matrix;
}

function solved(factor: readonly Float64Array[], right: Float64Array): Float64Array {
  const solution = right.slice();
  for (let at = 0; at < solution.length; at++) {
    for (let before = 0; before < at; before++) solution[at]! -= factor[at]![before]! * solution[before]!;
    solution[at]! /= factor[at]![at]!;
  }
  for (let at = solution.length - 1; at >= 0; at--) {
    solution[at]! /= factor[at]![at]!;
    for (let before = 0; before < at; before++) solution[before]! -= factor[at]![before]! * solution[at]!;
  }
  return solution;
}
