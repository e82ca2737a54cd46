import { FALLBACK_INTENT, hasIntent, isOutOfScope, isRight, type Prediction, topIntent } from './prediction.js';
import { meanOf, ratio, type Scores, scoresOf } from './scores.js';

export interface IntentReport {
  /** Texts with an intent; the others are not looked at here. */
  examples: number;
  /** Share whose top intent is right, whether or not the fallback stepped in. */
  accuracy: number;
  /** The same with every fallback counted as an error. */
  accuracyWithFallback: number;
  /** Share of the texts in scope to which the fallback answered although the top intent was right. */
  needlessFallbacks: number;
  /** Mean F1 over the intents that are expected or predicted. */
  macroF1: number;
  /** F1 over all texts together; below the accuracy's equal only when some got no intent at all. */
  microF1: number;
  /** By name. */
  perIntent: IntentScores[];
  /** Pairs of different intents, the most frequent first. */
  confusions: Confusion[];
  matrix: ConfusionMatrix;
}
export interface IntentScores extends Scores {
  intent: string;
}
/** `predicted` is null when there was no intent at all. */
export interface Confusion {
  expected: string;
  predicted: string | null;
  count: number;
}
/** `counts[expected][predicted]`, both in the order of `labels`; texts without a prediction are not in it. */
export interface ConfusionMatrix {
  labels: string[];
  counts: number[][];
}

/** Judges the intents of the texts that have one; null when none has. */
export function reportIntents(predictions: readonly Prediction[]): IntentReport | null {
  const judged = predictions.filter(({ example }) => hasIntent(example));
  if (judged.length === 0) return null;
  const pairs = judged.map((prediction) => [prediction.example.intent!, topIntent(prediction).name] as const);
  const labels = [...new Set(pairs.flat())].filter((label) => label !== null).sort();
  const matrix = matrixOf(labels, pairs);
  const right = judged.filter(isRight);
  const inScope = judged.filter(({ example }) => !isOutOfScope(example.intent));
  const perIntent = labels.map((intent, at) => ({
    intent,
    ...scoresOf({
      right: matrix.counts[at]![at]!,
      found: matrix.counts.reduce((sum, row) => sum + row[at]!, 0),
      support: pairs.filter(([expected]) => expected === intent).length,
    }),
  }));
  const found = pairs.filter(([, predicted]) => predicted !== null).length;
  return {
    examples: judged.length,
    accuracy: ratio(right.length, judged.length),
    accuracyWithFallback: ratio(right.filter((prediction) => !isFallback(prediction)).length, judged.length),
    needlessFallbacks: ratio(inScope.filter((each) => isRight(each) && isFallback(each)).length, inScope.length),
    macroF1: meanOf(perIntent.map(({ f1 }) => f1)),
    microF1: scoresOf({ right: right.length, found, support: judged.length }).f1,
    perIntent,
    confusions: confusionsOf(pairs),
    matrix,
  };
}

const isFallback = ({ understanding }: Prediction): boolean => understanding.intent.name === FALLBACK_INTENT;

type Pair = readonly [expected: string, predicted: string | null];

function matrixOf(labels: string[], pairs: readonly Pair[]): ConfusionMatrix {
  const at = new Map(labels.map((label, index) => [label, index]));
  const counts = labels.map(() => labels.map(() => 0));
  for (const [expected, predicted] of pairs) if (predicted !== null) counts[at.get(expected)!]![at.get(predicted)!]!++;
  return { labels, counts };
}

function confusionsOf(pairs: readonly Pair[]): Confusion[] {
  const byPair = new Map<string, Confusion>();
  for (const [expected, predicted] of pairs) {
    if (expected === predicted) continue;
    const key = JSON.stringify([expected, predicted]);
    const confusion = byPair.get(key) ?? { expected, predicted, count: 0 };
    confusion.count++;
    byPair.set(key, confusion);
  }
  return [...byPair]
    .sort(([keyA, a], [keyB, b]) => b.count - a.count || (keyA < keyB ? -1 : 1))
    .map(([, confusion]) => confusion);
}
