import { hasIntent, isRight, type Prediction, topIntent } from './prediction.js';
import { meanOf, ratio } from './scores.js';

const RELIABILITY_BINS = 15;
const HISTOGRAM_BINS = 25;

/** How far the confidence of the top intent can be believed, over the texts that have an intent. */
export interface ConfidenceReport {
  /** Expected calibration error (Naeini et al., AAAI 2015): mean distance of confidence and accuracy over the bins. */
  ece: number;
  /** 15 of equal width, from 0 to 1. */
  bins: ReliabilityBin[];
  /** 25 of equal width. */
  histogram: { right: number[]; wrong: number[] };
}
export interface ReliabilityBin {
  from: number;
  to: number;
  count: number;
  /** Both 0 in an empty bin. */
  meanConfidence: number;
  accuracy: number;
}

/** Null when no text has an intent. */
export function reportConfidence(predictions: readonly Prediction[]): ConfidenceReport | null {
  const judged = predictions
    .filter(({ example }) => hasIntent(example))
    .map((prediction) => ({ confidence: topIntent(prediction).confidence, right: isRight(prediction) }));
  if (judged.length === 0) return null;
  const bins = Array.from({ length: RELIABILITY_BINS }, (_, at): ReliabilityBin => {
    const members = judged.filter(({ confidence }) => binOf(confidence, RELIABILITY_BINS) === at);
    return {
      from: at / RELIABILITY_BINS,
      to: (at + 1) / RELIABILITY_BINS,
      count: members.length,
      meanConfidence: meanOf(members.map(({ confidence }) => confidence)),
      accuracy: ratio(members.filter(({ right }) => right).length, members.length),
    };
  });
  const gaps = bins.map(({ count, meanConfidence, accuracy }) => count * Math.abs(meanConfidence - accuracy));
  const histogram = { right: zeros(HISTOGRAM_BINS), wrong: zeros(HISTOGRAM_BINS) };
  for (const { confidence, right } of judged)
    histogram[right ? 'right' : 'wrong'][binOf(confidence, HISTOGRAM_BINS)]!++;
  return {
    ece: ratio(
      gaps.reduce((sum, gap) => sum + gap, 0),
      judged.length,
    ),
    bins,
    histogram,
  };
}

/** The last bin includes 1. */
const binOf = (confidence: number, bins: number): number => Math.min(bins - 1, Math.floor(confidence * bins));

const zeros = (length: number): number[] => Array.from({ length }, () => 0);
