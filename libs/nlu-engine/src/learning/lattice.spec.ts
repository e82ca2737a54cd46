import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bestPath, isInside, type Lattice, latticeOf, marginalsOf, typeOf } from './lattice.js';

const LABELS = 5;
const LENGTH = 3;
const EVERYTHING = { margin: Infinity, most: LABELS };

const mayFollow = (previous: number, label: number): boolean =>
  !isInside(label) || (previous > 0 && typeOf(previous) === typeOf(label));

/** Every allowed sequence of labels with its score. */
function allPaths(scores: Float64Array, transitions: Float32Array): { path: number[]; score: number }[] {
  let paths: { path: number[]; score: number }[] = [{ path: [], score: 0 }];
  for (let token = 0; token < LENGTH; token++)
    paths = paths.flatMap(({ path, score }) =>
      Array.from({ length: LABELS }, (_, label) => label)
        .filter((label) => mayFollow(path.at(-1) ?? 0, label))
        .map((label) => ({
          path: [...path, label],
          score:
            score + scores[token * LABELS + label]! + (token > 0 ? transitions[path.at(-1)! * LABELS + label]! : 0),
        })),
    );
  return paths;
}

const labelsAt = ({ starts, labels }: Lattice, token: number): number[] => [
  ...labels.subarray(starts[token], starts[token + 1]),
];

const numbers = (length: number) =>
  fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: length, maxLength: length });
const sentences = fc.record({
  scores: numbers(LABELS * LENGTH).map((values) => Float64Array.from(values)),
  transitions: numbers(LABELS * LABELS).map((values) => Float32Array.from(values)),
});

describe('the lattice of labels', () => {
  it('has as best path the best of all sequences', () => {
    fc.assert(
      fc.property(sentences, ({ scores, transitions }) => {
        const paths = allPaths(scores, transitions);
        const best = Math.max(...paths.map(({ score }) => score));
        const lattice = latticeOf(scores, LABELS, EVERYTHING);
        const found = [...bestPath(lattice, { labels: LABELS, weights: transitions })];
        const same = paths.find(({ path }) => path.every((label, token) => label === found[token]));
        expect(same?.score).toBeCloseTo(best, 6);
      }),
    );
  });

  it('has as marginals of labels and of pairs the shares of all sequences', () => {
    fc.assert(
      fc.property(sentences, ({ scores, transitions }) => {
        const paths = allPaths(scores, transitions);
        const total = paths.reduce((sum, { score }) => sum + Math.exp(score), 0);
        const shareOf = (isMeant: (path: number[]) => boolean): number =>
          paths.reduce((sum, { path, score }) => sum + (isMeant(path) ? Math.exp(score) : 0), 0) / total;
        const lattice = latticeOf(scores, LABELS, EVERYTHING);
        const found = marginalsOf(lattice, { labels: LABELS, weights: transitions });
        expect(found.logSum).toBeCloseTo(Math.log(total), 6);
        let pair = 0;
        for (let token = 0; token < LENGTH; token++)
          for (let at = lattice.starts[token]!; at < lattice.starts[token + 1]!; at++) {
            const label = lattice.labels[at]!;
            expect(found.probabilities[at]).toBeCloseTo(
              shareOf((path) => path[token] === label),
              6,
            );
            for (let before = lattice.from[at]!; before < lattice.to[at]!; before++) {
              const previous = lattice.labels[before]!;
              expect(found.pairs[pair++]).toBeCloseTo(
                shareOf((path) => path[token - 1] === previous && path[token] === label),
                6,
              );
            }
          }
        expect(found.pairs).toHaveLength(pair);
      }),
    );
  });

  it('keeps outside, the right labels and the best, and nothing inside without its beginning', () => {
    const limits = fc.record({
      margin: fc.double({ min: 0, max: 6, noNaN: true }),
      most: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(sentences, limits, ({ scores, transitions }, limit) => {
        const right = Int32Array.from([0, 3, 4]);
        const lattice = latticeOf(scores, LABELS, { ...limit, right });
        for (let token = 0; token < LENGTH; token++) {
          const kept = labelsAt(lattice, token);
          expect(kept).toEqual(expect.arrayContaining([0, right[token]]));
          expect(kept.length).toBeLessThanOrEqual(limit.most + 2);
          const before = token > 0 ? labelsAt(lattice, token - 1) : [];
          for (const [index, label] of kept.entries()) {
            const at = lattice.starts[token]! + index;
            const mayComeBefore = [...lattice.labels.subarray(lattice.from[at], lattice.to[at])];
            expect(mayComeBefore).toEqual(before.filter((previous) => mayFollow(previous, label)));
            if (isInside(label)) expect(mayComeBefore).not.toHaveLength(0);
          }
        }
        const path = [...bestPath(lattice, { labels: LABELS, weights: transitions })];
        path.forEach((label, token) => expect(mayFollow(path[token - 1] ?? 0, label)).toBe(true));
      }),
    );
  });

  it('has no path through no tokens', () => {
    const lattice = latticeOf(new Float64Array(), LABELS, EVERYTHING);
    expect(bestPath(lattice, { labels: LABELS, weights: new Float32Array(LABELS * LABELS) })).toHaveLength(0);
  });
});
