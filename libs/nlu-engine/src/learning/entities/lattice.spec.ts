import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allPaths, EVERYTHING, LABELS, LENGTH, mayFollow, sentences, shareOf } from './lattice.fixture.js';
import { isInside, type Lattice, latticeOf, marginalsOf } from './lattice.js';

const labelsAt = ({ starts, labels }: Lattice, token: number): number[] => [
  ...labels.subarray(starts[token], starts[token + 1]),
];

describe('the lattice of labels', () => {
  it('has as marginals of labels and of pairs the shares of all sequences', () => {
    fc.assert(
      fc.property(sentences, ({ scores, transitions }) => {
        const paths = allPaths(scores, transitions);
        const total = paths.reduce((sum, { score }) => sum + Math.exp(score), 0);
        const lattice = latticeOf(scores, LABELS, EVERYTHING);
        const found = marginalsOf(lattice, { labels: LABELS, weights: transitions });
        expect(found.logSum).toBeCloseTo(Math.log(total), 6);
        let pair = 0;
        for (let token = 0; token < LENGTH; token++)
          for (let at = lattice.starts[token]!; at < lattice.starts[token + 1]!; at++) {
            const label = lattice.labels[at]!;
            expect(found.probabilities[at]).toBeCloseTo(
              shareOf(paths, (path) => path[token] === label),
              6,
            );
            for (let before = lattice.from[at]!; before < lattice.to[at]!; before++) {
              const previous = lattice.labels[before]!;
              expect(found.pairs[pair++]).toBeCloseTo(
                shareOf(paths, (path) => path[token - 1] === previous && path[token] === label),
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
      fc.property(sentences, limits, ({ scores }, limit) => {
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
      }),
    );
  });
});
