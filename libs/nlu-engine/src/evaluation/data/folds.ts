import { seededRandom, shuffle } from '#seeded-random';
import { normalisedText } from './normalised-text.js';
import { type LabelledText } from '../reports/prediction.js';

/** One split: `test` is held out, `train` is everything else. */
export interface Fold<Example> {
  train: Example[];
  test: Example[];
}

/** Keeps the first of the texts that differ only in case, punctuation and spacing. */
export function withoutDuplicates<Example extends Pick<LabelledText, 'text'>>(examples: readonly Example[]): Example[] {
  const seen = new Set<string>();
  return examples.filter(({ text }) => {
    const key = normalisedText(text);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * Splits into `folds` parts of equal size (to within one) with every intent spread evenly over them; each example is in
 * the test part of exactly one fold. An intent with fewer examples than folds is tested in as many as it has examples.
 *
 * @throws RangeError when there are fewer than two folds or fewer examples than folds.
 */
export function stratifiedFolds<Example extends Pick<LabelledText, 'intent'>>(
  examples: readonly Example[],
  { folds, seed = 0 }: { folds: number; seed?: number },
): Fold<Example>[] {
  if (!Number.isInteger(folds) || folds < 2) throw new RangeError(`There must be 2 folds or more, not ${folds}.`);
  if (examples.length < folds)
    throw new RangeError(`${examples.length} examples cannot be split into ${folds} folds; take fewer folds.`);
  const random = seededRandom(seed);
  const foldOf = new Int32Array(examples.length);
  let dealt = 0;
  for (const rows of rowsByIntent(examples).values()) {
    shuffle(rows, random);
    for (const row of rows) foldOf[row] = dealt++ % folds;
  }
  return Array.from({ length: folds }, (_, fold) => ({
    train: examples.filter((_example, row) => foldOf[row] !== fold),
    test: examples.filter((_example, row) => foldOf[row] === fold),
  }));
}

function rowsByIntent(examples: readonly Pick<LabelledText, 'intent'>[]): Map<string | null, Int32Array> {
  const rows = new Map<string | null, number[]>();
  for (const [row, { intent }] of examples.entries()) {
    const same = rows.get(intent);
    if (same) same.push(row);
    else rows.set(intent, [row]);
  }
  return new Map([...rows].map(([intent, members]) => [intent, Int32Array.from(members)]));
}
