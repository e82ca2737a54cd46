/**
 * Turns decision values into confidences. Two things are asked of a text and their answers multiplied:
 * which intent it would be (softmax of the decision values at a fitted temperature), and whether it is about any of
 * them at all (a sigmoid of the highest decision value: what nobody taught leaves every classifier cold).
 */
export interface Calibration {
  [key: string]: number;
  temperature: number;
  /** The sigmoid's `1 / (1 + exp(-(slope * value + offset)))`. */
  slope: number;
  offset: number;
}

/** How much of a known text an unknown one resembles. */
const SHARED_WEIGHT = 0.3;

const NEUTRAL: Calibration = { temperature: 0.3, slope: 4, offset: 2 };

/**
 * Fits on decision values of texts that were held out of the training. The temperature minimises the log loss of the
 * true intents (Guo et al., "On Calibration of Modern Neural Networks", 2017). The sigmoid (Platt, 1999) tells the
 * highest decision value of the texts apart from that of two stand-ins for texts that nobody taught: the same text when
 * its own intent is left out of the choice, and a text that shares only a part of its weight.
 *
 * @param decisions one value for each class, row after row.
 * @param biases the decision values of a text without any known feature.
 */
export function fitCalibration(decisions: Float64Array, labels: Int32Array, biases: Float64Array): Calibration {
  const classes = biases.length;
  if (labels.length === 0 || classes < 2) return NEUTRAL;
  const temperature = fitTemperature(decisions, labels, classes);
  const known: number[] = [];
  const unknown: number[] = [];
  labels.forEach((label, row) => {
    const values = decisions.subarray(row * classes, (row + 1) * classes);
    let others = -Infinity;
    for (let other = 0; other < classes; other++) if (other !== label) others = Math.max(others, values[other]!);
    known.push(Math.max(others, values[label]!));
    const faint = values.map((value, at) => biases[at]! + SHARED_WEIGHT * (value - biases[at]!));
    unknown.push(others, Math.max(...faint));
  });
  return { temperature, ...fitSigmoid(known, unknown) };
}

/** Confidences in the order of the classes; their sum is at most 1. */
export function confidencesOf(decisions: Float64Array, { temperature, slope, offset }: Calibration): Float64Array {
  const highest = decisions.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = decisions.map((value) => Math.exp((value - highest) / temperature));
  const total = powers.reduce((a, b) => a + b, 0);
  const isKnown = 1 / (1 + Math.exp(-(slope * highest + offset)));
  return powers.map((power) => (power / total) * isKnown);
}

function fitTemperature(decisions: Float64Array, labels: Int32Array, classes: number): number {
  const loss = (temperature: number): number => {
    let sum = 0;
    for (let row = 0; row < labels.length; row++) {
      let total = 0;
      const own = decisions[row * classes + labels[row]!]!;
      for (let at = row * classes; at < (row + 1) * classes; at++)
        total += Math.exp((decisions[at]! - own) / temperature);
      sum += Math.log(total);
    }
    return sum;
  };
  // The loss has one minimum in log temperature: golden section search.
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(0.03), Math.log(3)];
  for (let round = 0; round < 24; round++) {
    const left = high - ratio * (high - low);
    const right = low + ratio * (high - low);
    if (loss(Math.exp(left)) < loss(Math.exp(right))) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

/** Logistic regression on one feature, both sides weighing the same, with Platt's smoothed targets, by Newton's method with a little damping. */
function fitSigmoid(positives: readonly number[], negatives: readonly number[]): { slope: number; offset: number } {
  const high = (positives.length + 1) / (positives.length + 2);
  const low = 1 / (negatives.length + 2);
  const samples = [
    ...positives.map((value) => ({ value, target: high, weight: 1 })),
    ...negatives.map((value) => ({ value, target: low, weight: positives.length / negatives.length })),
  ];
  let [slope, offset] = [1, 0];
  for (let round = 0; round < 30; round++) {
    let [slopeGradient, offsetGradient, curvature, mixed, flatness] = [0, 0, 1e-3, 0, 1e-3];
    for (const { value, target, weight } of samples) {
      const guess = 1 / (1 + Math.exp(-(slope * value + offset)));
      const error = weight * (guess - target);
      const spread = weight * guess * (1 - guess);
      slopeGradient += error * value;
      offsetGradient += error;
      curvature += spread * value * value;
      mixed += spread * value;
      flatness += spread;
    }
    const determinant = curvature * flatness - mixed * mixed;
    const step = 0.7;
    slope -= (step * (flatness * slopeGradient - mixed * offsetGradient)) / determinant;
    offset -= (step * (curvature * offsetGradient - mixed * slopeGradient)) / determinant;
  }
  return { slope: Math.max(slope, 0.1), offset };
}
