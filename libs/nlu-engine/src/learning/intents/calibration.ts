/** `1 / (1 + exp(-(slope * value + offset)))` */
interface Sigmoid {
  [key: string]: number;
  slope: number;
  offset: number;
}

/**
 * Turns decision values into confidences. Two things are asked of a text and their answers multiplied:
 * which intent it would be (softmax of the decision values at a fitted temperature), and whether it is about any of
 * them at all (a sigmoid of the highest decision value: what nobody taught leaves every classifier cold). The product
 * puts texts in the right order; a second sigmoid, of its log odds, makes it the share of such texts that are understood
 * rightly.
 */
export interface Calibration {
  [key: string]: number | Sigmoid;
  temperature: number;
  known: Sigmoid;
  right: Sigmoid;
  /** Of texts about the intents, one in twenty has a lower confidence. */
  lowConfidence: number;
}

/** How much of a known text an unknown one resembles. */
const SHARED_WEIGHT = 0.3;

/** So many texts weigh as much as the belief that the product needs no change. */
const PRIOR_TEXTS = 5;
const REJECTED_SHARE = 0.05;

const NEUTRAL: Calibration = {
  temperature: 0.3,
  known: { slope: 4, offset: 2 },
  right: { slope: 1, offset: 0 },
  lowConfidence: 0.3,
};

/**
 * Fits on decision values of texts that were held out of the training. The temperature minimises the log loss of the
 * true intents (Guo et al., "On Calibration of Modern Neural Networks", 2017). `known` (Platt, 1999) tells the
 * highest decision value of the texts apart from that of two stand-ins for texts that nobody taught: the same text when
 * its own intent is left out of the choice, and a text that shares only a part of its weight. `right` is fitted on whether
 * the best intent was the true one.
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
  const fitted: Calibration = { ...NEUTRAL, temperature, known: fitKnown(known, unknown) };
  const best = Array.from(labels, (label, row) => {
    const shares = sharesOf(decisions.subarray(row * classes, (row + 1) * classes), fitted);
    const highest = highestAt(shares);
    return { value: logOdds(shares[highest]!), target: highest === label ? 1 : 0, weight: 1 };
  });
  const right = fitSigmoid(best, { slope: 1, offset: 0, weight: PRIOR_TEXTS });
  const confidences = best.map(({ value }) => sigmoid(value, right)).sort((a, b) => a - b);
  right.slope = Math.max(right.slope, 0.1);
  return { ...fitted, right, lowConfidence: confidences[Math.floor(REJECTED_SHARE * confidences.length)]! };
}

/** Confidences in the order of the classes; their sum is at most 1. */
export function confidencesOf(decisions: Float64Array, calibration: Calibration): Float64Array {
  const confidences = sharesOf(decisions, calibration).map((share) => sigmoid(logOdds(share), calibration.right));
  const highest = highestAt(confidences);
  const others = confidences.reduce((sum, value) => sum + value, 0) - confidences[highest]!;
  const room = 1 - confidences[highest]!;
  return others <= room
    ? confidences
    : confidences.map((value, at) => (at === highest ? value : (value * room) / others));
}

function sharesOf(decisions: Float64Array, { temperature, known }: Calibration): Float64Array {
  const highest = decisions.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = decisions.map((value) => Math.exp((value - highest) / temperature));
  const total = powers.reduce((a, b) => a + b, 0);
  const isKnown = sigmoid(highest, known);
  return powers.map((power) => (power / total) * isKnown);
}

const sigmoid = (value: number, { slope, offset }: Sigmoid): number => 1 / (1 + Math.exp(-(slope * value + offset)));

const logOdds = (share: number): number => Math.log(Math.max(share, 1e-9) / Math.max(1 - share, 1e-9));

function highestAt(values: Float64Array): number {
  let highest = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[highest]!) highest = at;
  return highest;
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

/** Both sides weigh the same; Platt's smoothed targets. */
function fitKnown(positives: readonly number[], negatives: readonly number[]): Sigmoid {
  const high = (positives.length + 1) / (positives.length + 2);
  const low = 1 / (negatives.length + 2);
  const fitted = fitSigmoid([
    ...positives.map((value) => ({ value, target: high, weight: 1 })),
    ...negatives.map((value) => ({ value, target: low, weight: positives.length / negatives.length })),
  ]);
  return { slope: Math.max(fitted.slope, 0.1), offset: fitted.offset };
}

/** Logistic regression on one feature by Newton's method with a little damping, drawn towards `prior` by its weight. */
function fitSigmoid(
  samples: readonly { value: number; target: number; weight: number }[],
  prior = { slope: 0, offset: 0, weight: 0 },
): Sigmoid {
  let { slope, offset } = prior.weight > 0 ? prior : { slope: 1, offset: 0 };
  for (let round = 0; round < 30; round++) {
    let slopeGradient = prior.weight * (slope - prior.slope);
    let offsetGradient = prior.weight * (offset - prior.offset);
    let [curvature, mixed, flatness] = [1e-3 + prior.weight, 0, 1e-3 + prior.weight];
    for (const { value, target, weight } of samples) {
      const guess = sigmoid(value, { slope, offset });
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
  return { slope, offset };
}
