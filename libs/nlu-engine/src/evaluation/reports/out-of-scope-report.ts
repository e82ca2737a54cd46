import { isOutOfScope, isRefusal, type Prediction, topInScope } from './prediction.js';
import { ratio } from './scores.js';

/** Share of the texts in scope that may be refused where the recall is read off. */
const MAX_REFUSED = 0.05;

/** How well texts that belong to no intent are told from the others. */
export interface OutOfScopeReport {
  /** Texts out of scope. */
  examples: number;
  /** Share of them that are refused. */
  recall: number;
  /** Share of the refused texts that are out of scope; null when none is refused. */
  precision: number | null;
  /**
   * Chance that a text out of scope gets less confidence than one in scope, whatever the threshold, equal ones counted
   * half. Null when no text is in scope, as is `recallAt5`.
   */
  auroc: number | null;
  /** The best recall of any threshold that refuses at most 5 % of the texts in scope. */
  recallAt5: number | null;
}

/** Null when no text is out of scope. `doubt` says how far a text seems out of scope; the unsurest has the highest. */
export function reportOutOfScope(
  predictions: readonly Prediction[],
  doubt: (prediction: Prediction) => number = (prediction) => 1 - topInScope(prediction).confidence,
): OutOfScopeReport | null {
  const outside = predictions.filter(({ example }) => isOutOfScope(example.intent));
  const inside = predictions.filter(({ example }) => !isOutOfScope(example.intent));
  if (outside.length === 0) return null;
  const refusedOf = (among: Prediction[]) => among.filter(({ understanding }) => isRefusal(understanding.intent.name));
  const refused = refusedOf(outside).length;
  const refusedAtAll = refused + refusedOf(inside).length;
  return {
    examples: outside.length,
    recall: ratio(refused, outside.length),
    precision: refusedAtAll === 0 ? null : ratio(refused, refusedAtAll),
    ...(inside.length === 0
      ? { auroc: null, recallAt5: null }
      : {
          auroc: auroc(outside.map(doubt), inside.map(doubt)),
          recallAt5: recallAt5(outside.map(doubt), inside.map(doubt)),
        }),
  };
}

/** Area under the ROC curve by ranks (Mann-Whitney): the chance that a positive's score is above a negative's. */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const scored = [
    ...positives.map((score) => ({ score, isPositive: true })),
    ...negatives.map((score) => ({ score, isPositive: false })),
  ].sort((a, b) => a.score - b.score);
  let wins = 0;
  let below = 0;
  for (let from = 0, to = 0; from < scored.length; from = to) {
    while (to < scored.length && scored[to]!.score === scored[from]!.score) to++;
    const ahead = scored.slice(from, to).filter(({ isPositive }) => isPositive).length;
    const behind = to - from - ahead;
    wins += ahead * (below + behind / 2);
    below += behind;
  }
  return ratio(wins, positives.length * negatives.length);
}

function recallAt5(outside: readonly number[], inside: readonly number[]): number {
  const allowed = Math.floor(MAX_REFUSED * inside.length);
  // Everything above the first score that may not be refused any more is refused.
  const limit = [...inside].sort((a, b) => b - a)[allowed] ?? -Infinity;
  return ratio(outside.filter((score) => score > limit).length, outside.length);
}
