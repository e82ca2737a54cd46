import { seededRandom } from '#seeded-random';
import { hasIntent, isRight, type Prediction } from './prediction.js';
import { ratio } from './scores.js';

const RESAMPLES = 2_000;

/** Two configurations on the same texts. */
export interface AccuracyComparison {
  examples: number;
  /** Texts whose intent only the first gets right, and only the second. */
  onlyFirst: number;
  onlySecond: number;
  /** Accuracy of the second minus that of the first. */
  difference: number;
  /** 95 % interval of the difference, from a paired bootstrap. */
  interval: [low: number, high: number];
  /** Chance of so uneven a difference between equals: McNemar's exact two-sided test. */
  p: number;
}

/**
 * Tells whether two configurations differ in the accuracy of intents. Texts without an intent are left out.
 * @throws RangeError when the predictions are not of the same texts in the same order, or of none with an intent.
 */
export function compareAccuracy(
  first: readonly Prediction[],
  second: readonly Prediction[],
  { seed = 0 }: { seed?: number } = {},
): AccuracyComparison {
  const isPaired = ({ example }: Prediction, at: number) => second[at]?.example.text === example.text;
  if (first.length !== second.length || !first.every(isPaired))
    throw new RangeError('Only predictions of the same texts in the same order can be compared.');
  const judged = first.flatMap((prediction, at) => (hasIntent(prediction.example) ? [at] : []));
  if (judged.length === 0) throw new RangeError('None of the texts has an intent to compare by.');
  const gains = judged.map((at) => Number(isRight(second[at]!)) - Number(isRight(first[at]!)));
  const [onlyFirst, onlySecond] = [-1, 1].map((gain) => gains.filter((each) => each === gain).length) as [
    number,
    number,
  ];
  return {
    examples: judged.length,
    onlyFirst,
    onlySecond,
    difference: ratio(onlySecond - onlyFirst, judged.length),
    interval: bootstrapInterval(gains, seed),
    p: mcnemar(onlyFirst, onlySecond),
  };
}

/** Two-sided exact binomial test that both kinds of disagreement are equally likely; 1 when there is none. */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  const trials = onlyFirst + onlySecond;
  let logChance = -trials * Math.LN2;
  let tail = 0;
  for (let hits = 0; hits <= Math.min(onlyFirst, onlySecond); hits++) {
    tail += Math.exp(logChance);
    logChance += Math.log((trials - hits) / (hits + 1));
  }
  return Math.min(1, 2 * tail);
}

/** Percentile interval of the mean over resamples of the same size (Efron and Tibshirani 1993). */
function bootstrapInterval(values: readonly number[], seed: number): [number, number] {
  const random = seededRandom(seed);
  const means = new Float64Array(RESAMPLES).map(() => {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw++) sum += values[Math.floor(random() * values.length)]!;
    return sum / values.length;
  });
  means.sort();
  return [means[Math.floor(0.025 * RESAMPLES)]!, means[Math.ceil(0.975 * RESAMPLES) - 1]!];
}
