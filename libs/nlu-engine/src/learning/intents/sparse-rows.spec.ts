import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FeatureBlock } from '../feature-block.js';
import { addToClasses, decide, decideSome, squaredLengths, stackRows } from './sparse-rows.js';

const CLASSES = 3;
/** Halves, so that sums are exact in whatever order. */
const half = fc.integer({ min: -8, max: 8 }).map((value) => value / 2);

/** Texts with blocks of the same dimensions, as rows of plain numbers. */
const dense = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }).chain((dimensions) =>
  fc.array(fc.tuple(...dimensions.map((size) => fc.array(half, { minLength: size, maxLength: size }))), {
    minLength: 1,
    maxLength: 4,
  }),
);

const blockOf = (values: number[]): FeatureBlock => {
  const indices = Int32Array.from([...values.keys()].filter((at) => values[at] !== 0));
  return { indices, values: Float32Array.from(indices, (at) => values[at]!), dimension: values.length };
};
const stacked = (texts: number[][][]) => ({
  rows: stackRows(texts.map((blocks) => blocks.map(blockOf))),
  plain: texts.map((blocks) => [...blocks.flat(), 1]),
});
const weightsFor = (dimension: number, seed: number) =>
  Float32Array.from({ length: dimension * CLASSES }, (_, at) => (((at + seed) * 7) % 17) / 2 - 4);
const decisionsOf = (row: number[], weights: Float32Array) =>
  Array.from({ length: CLASSES }, (_, label) =>
    row.reduce((sum, value, at) => sum + value * weights[at * CLASSES + label]!, 0),
  );

describe('Sparse rows', () => {
  it('are the blocks side by side with a one at the end', () => {
    fc.assert(
      fc.property(dense, (texts) => {
        const { rows, plain } = stacked(texts);
        expect([rows.count, rows.dimension]).toEqual([plain.length, plain[0]?.length]);
        const again = plain.map((_, row) => {
          const values = new Array<number>(rows.dimension).fill(0);
          for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++)
            values[rows.indices[at]!] = rows.values[at]!;
          return values;
        });
        expect(again.map((row) => row.map((value) => value + 0))).toEqual(
          plain.map((row) => row.map((value) => value + 0)),
        );
      }),
    );
  });

  it('of no text have the bias alone', () => {
    expect(stackRows([])).toMatchObject({ count: 0, dimension: 1 });
    expect([...stackRows([[]]).values]).toEqual([1]);
  });

  it('are decided about as by multiplying every number', () => {
    fc.assert(
      fc.property(dense, fc.nat(50), (texts, seed) => {
        const { rows, plain } = stacked(texts);
        const weights = weightsFor(rows.dimension, seed);
        const decisions = new Float64Array(CLASSES).fill(99);
        plain.forEach((row, at) => {
          decide(rows, at, weights, decisions);
          expect([...decisions].map((value) => value + 0)).toEqual(decisionsOf(row, weights).map((value) => value + 0));
        });
      }),
    );
  });

  it('are decided about for some classes as for all, and not at all for the others', () => {
    fc.assert(
      fc.property(dense, fc.subarray([0, 1, 2]), fc.nat(50), (texts, chosen, seed) => {
        const { rows, plain } = stacked(texts);
        const weights = weightsFor(rows.dimension, seed);
        const decisions = new Float64Array(CLASSES).fill(99);
        plain.forEach((row, at) => {
          decideSome(rows, at, Int32Array.from(chosen), weights, decisions);
          const all = decisionsOf(row, weights);
          expect([...decisions].map((value) => value + 0)).toEqual(
            all.map((value, label) => (chosen.includes(label) ? value : 0) + 0),
          );
        });
      }),
    );
  });

  it('are added to the weights of the chosen classes and to no other', () => {
    fc.assert(
      fc.property(dense, fc.subarray([0, 1, 2]), (texts, chosen) => {
        const { rows, plain } = stacked(texts);
        const before = weightsFor(rows.dimension, 1);
        const weights = Float32Array.from(before);
        const factors = Float64Array.from(chosen, (label) => label + 0.5);
        addToClasses(rows, 0, { chosen: Int32Array.from(chosen), factors }, weights);
        weights.forEach((weight, at) => {
          const [feature, label] = [Math.floor(at / CLASSES), at % CLASSES];
          const added = chosen.includes(label) ? (label + 0.5) * plain[0]![feature]! : 0;
          expect(weight).toBeCloseTo(before[at]! + added, 5);
        });
      }),
    );
  });

  it('have the squared length of their numbers', () => {
    fc.assert(
      fc.property(dense, (texts) => {
        const { rows, plain } = stacked(texts);
        expect([...squaredLengths(rows)]).toEqual(plain.map((row) => row.reduce((sum, value) => sum + value ** 2, 0)));
      }),
    );
  });
});
