/** Fractions from 0 to 1; of nothing they are 0. */
export interface Scores {
  precision: number;
  recall: number;
  f1: number;
  /** How many there are in the labels. */
  support: number;
}

/** Precision, recall and F1 from counts: found rightly, found at all, and there to be found. */
export function scoresOf({ right, found, support }: { right: number; found: number; support: number }): Scores {
  return {
    precision: ratio(right, found),
    recall: ratio(right, support),
    f1: ratio(2 * right, found + support),
    support,
  };
}

/** `part / whole`, and 0 when there is no whole. */
export const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

export const meanOf = (values: readonly number[]): number =>
  ratio(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );

/** Mean and sample standard deviation; of fewer than two values the deviation is 0. */
export interface Spread {
  mean: number;
  sd: number;
}
export function spreadOf(values: readonly number[]): Spread {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(ratio(squares, values.length - 1)) };
}
