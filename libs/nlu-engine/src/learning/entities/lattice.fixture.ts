import fc from 'fast-check';
import { isInside, typeOf } from './lattice.js';

/** Two entity types. */
export const LABELS = 5;
export const LENGTH = 3;
export const EVERYTHING = { margin: Infinity, most: LABELS };

export const mayFollow = (previous: number, label: number): boolean =>
  !isInside(label) || (previous > 0 && typeOf(previous) === typeOf(label));

/** Every allowed sequence of labels with its score. */
export function allPaths(scores: Float64Array, transitions: Float32Array): { path: number[]; score: number }[] {
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

/** The share of the sequences that are meant, each weighted by the exponential of its score. */
export function shareOf(
  paths: readonly { path: number[]; score: number }[],
  isMeant: (path: readonly number[]) => boolean,
): number {
  const weight = (of: typeof paths): number => of.reduce((sum, { score }) => sum + Math.exp(score), 0);
  return weight(paths.filter(({ path }) => isMeant(path))) / weight(paths);
}

const numbers = (length: number) =>
  fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: length, maxLength: length });
/** Scores of labels at each token, and of pairs of labels. */
export const sentences = fc.record({
  scores: numbers(LABELS * LENGTH).map((values) => Float64Array.from(values)),
  transitions: numbers(LABELS * LABELS).map((values) => Float32Array.from(values)),
});
