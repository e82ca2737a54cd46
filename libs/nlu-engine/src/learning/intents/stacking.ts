/** The larger weight a second opinion can get, as decision values of both vary equally. */
const MOST = 3;
/** Draws the factors to 0, about as much as so many texts would: the second opinion has to earn its weight. */
const DAMPING = { first: 1, second: 20 };
const MAX_ROUNDS = 30;
/** Steps below it end the search. */
const SMALL_STEP = 1e-6;

/**
 * How much a second opinion counts beside a first one: the number by which to multiply its decision values before
 * adding them. Both are put into one multinomial logistic regression over texts that neither has seen (stacking: Wolpert,
 * 1992), solved by Newton's method.
 *
 * @param first one value for each class, row after row; `second` likewise.
 * @returns 0 when the second one adds nothing or there is nothing to compare.
 */
export function weightOfSecond(first: Float64Array, second: Float64Array, labels: Int32Array): number {
  const classes = first.length / labels.length;
  const units = [first, second].map((values) => deviation(values, classes));
  if (labels.length === 0 || units.some((unit) => !(unit > 0))) return 0;
  const a = first.map((value) => value / units[0]!);
  const b = second.map((value) => value / units[1]!);
  let [one, other] = [1, 0];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let [slopeOne, slopeOther] = [DAMPING.first * one, DAMPING.second * other];
    let [bendOne, bendOther, bendBoth] = [DAMPING.first, DAMPING.second, 0];
    for (let row = 0; row < labels.length; row++) {
      const start = row * classes;
      let highest = -Infinity;
      for (let label = 0; label < classes; label++)
        highest = Math.max(highest, one * a[start + label]! + other * b[start + label]!);
      let [total, meanA, meanB, squareA, squareB, product] = [0, 0, 0, 0, 0, 0];
      for (let label = 0; label < classes; label++) {
        const [valueA, valueB] = [a[start + label]!, b[start + label]!];
        const power = Math.exp(one * valueA + other * valueB - highest);
        total += power;
        meanA += power * valueA;
        meanB += power * valueB;
        squareA += power * valueA * valueA;
        squareB += power * valueB * valueB;
        product += power * valueA * valueB;
      }
      meanA /= total;
      meanB /= total;
      slopeOne += meanA - a[start + labels[row]!]!;
      slopeOther += meanB - b[start + labels[row]!]!;
      bendOne += squareA / total - meanA * meanA;
      bendOther += squareB / total - meanB * meanB;
      bendBoth += product / total - meanA * meanB;
    }
    const determinant = bendOne * bendOther - bendBoth * bendBoth;
    const steps = [
      bounded((bendOther * slopeOne - bendBoth * slopeOther) / determinant),
      bounded((bendOne * slopeOther - bendBoth * slopeOne) / determinant),
    ] as const;
    one -= steps[0];
    other -= steps[1];
    if (Math.max(...steps.map(Math.abs)) < SMALL_STEP) break;
  }
  const ratio = one > 0 ? other / one : MOST;
  return (Math.min(Math.max(ratio, 0), MOST) * units[0]!) / units[1]!;
}

const bounded = (step: number): number => Math.min(Math.max(step, -1), 1);

/** Of the values of a row from their mean, over all rows. */
function deviation(values: Float64Array, classes: number): number {
  let squares = 0;
  for (let start = 0; start < values.length; start += classes) {
    const row = values.subarray(start, start + classes);
    const mean = row.reduce((sum, value) => sum + value, 0) / classes;
    squares += row.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  }
  return Math.sqrt(squares / values.length);
}
