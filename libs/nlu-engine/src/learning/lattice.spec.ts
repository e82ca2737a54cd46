import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bestPath, isInside, marginals, transitionFactorsOf, typeOf } from './lattice.js';

const LABELS = 5;
const LENGTH = 3;

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

const numbers = (length: number) =>
  fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: length, maxLength: length });
const lattices = fc.record({
  scores: numbers(LABELS * LENGTH).map((values) => Float64Array.from(values)),
  transitions: numbers(LABELS * LABELS).map((values) => Float32Array.from(values)),
});

describe('the lattice of labels', () => {
  it('has as best path the best of all sequences', () => {
    fc.assert(
      fc.property(lattices, ({ scores, transitions }) => {
        const paths = allPaths(scores, transitions);
        const best = Math.max(...paths.map(({ score }) => score));
        const found = [...bestPath(scores, transitions, { labels: LABELS, reach: 3 })];
        const same = paths.find(({ path }) => path.every((label, token) => label === found[token]));
        expect(same?.score).toBeCloseTo(best, 6);
      }),
    );
  });

  it('has as marginals the shares of all sequences', () => {
    fc.assert(
      fc.property(lattices, ({ scores, transitions }) => {
        const paths = allPaths(scores, transitions);
        const total = paths.reduce((sum, { score }) => sum + Math.exp(score), 0);
        const found = marginals(scores, transitionFactorsOf(transitions, 1), LABELS);
        for (let token = 0; token < LENGTH; token++)
          for (let label = 0; label < LABELS; label++) {
            const through = paths.filter(({ path }) => path[token] === label);
            const share = through.reduce((sum, { score }) => sum + Math.exp(score), 0) / total;
            expect(found[token * LABELS + label]).toBeCloseTo(share, 6);
          }
      }),
    );
  });
});
