/**
 * Labels of a tagging in BIO form: 0 is outside; the entity type `t` begins with `1 + 2t` and goes on with `2 + 2t`.
 */
export const OUTSIDE = 0;
export const beginOf = (type: number): number => 1 + 2 * type;
export const insideOf = (type: number): number => 2 + 2 * type;
export const isBegin = (label: number): boolean => label % 2 === 1;
export const isInside = (label: number): boolean => label > 0 && label % 2 === 0;
export const typeOf = (label: number): number => (label - 1) >> 1;

/** An entity goes on only after its own beginning. */
const mayFollow = (previous: number, label: number): boolean =>
  !isInside(label) || previous === label || previous === label - 1;

/** The labels that are worth a look at each token of a sentence; those of token `t` lie from `starts[t]` on. */
export interface Lattice {
  starts: Int32Array;
  labels: Int32Array;
  scores: Float64Array;
}

/** Scores of pairs of neighbouring labels, `weights[previous * labels + next]`. */
export interface Transitions {
  labels: number;
  weights: Float32Array;
}

/**
 * Keeps of the scores of all labels, token after token, those within `margin` of the best and at most `most` a token;
 * always outside and, when given, the right label.
 */
export function latticeOf(
  scores: Float64Array,
  labels: number,
  { margin, most, right }: { margin: number; most: number; right?: Int32Array },
): Lattice {
  const length = scores.length / labels;
  const starts = new Int32Array(length + 1);
  const kept: number[] = [];
  const keptScores: number[] = [];
  for (let token = 0; token < length; token++) {
    const row = token * labels;
    const least = leastOf(scores, { from: row, to: row + labels, margin, most });
    for (let label = 0; label < labels; label++) {
      const score = scores[row + label]!;
      if (score < least && label !== OUTSIDE && label !== right?.[token]) continue;
      if (isInside(label) && !follows(kept, starts[token - 1] ?? 0, starts[token]!, label)) continue;
      kept.push(label);
      keptScores.push(score);
    }
    starts[token + 1] = kept.length;
  }
  return { starts, labels: Int32Array.from(kept), scores: Float64Array.from(keptScores) };
}

/** The score from which on labels of a token are kept. */
function leastOf(
  scores: Float64Array,
  { from, to, margin, most }: { from: number; to: number; margin: number; most: number },
): number {
  let best = -Infinity;
  for (let at = from; at < to; at++) if (scores[at]! > best) best = scores[at]!;
  let count = 0;
  for (let at = from; at < to; at++) if (scores[at]! >= best - margin) count++;
  return count <= most ? best - margin : scores.slice(from, to).sort()[to - from - most]!;
}

function follows(labels: readonly number[], from: number, to: number, label: number): boolean {
  for (let at = from; at < to; at++) if (labels[at] === label || labels[at] === label - 1) return true;
  return false;
}

/** The best sequence of labels (Viterbi, 1967). */
export function bestPath({ starts, labels, scores }: Lattice, { labels: width, weights }: Transitions): Int32Array {
  const length = starts.length - 1;
  const best = scores.slice();
  const from = new Int32Array(best.length);
  for (let token = 1; token < length; token++)
    for (let at = starts[token]!; at < starts[token + 1]!; at++) {
      let highest = -Infinity;
      for (let before = starts[token - 1]!; before < starts[token]!; before++) {
        if (!mayFollow(labels[before]!, labels[at]!)) continue;
        const score = best[before]! + weights[labels[before]! * width + labels[at]!]!;
        if (score > highest) {
          highest = score;
          from[at] = before;
        }
      }
      best[at]! += highest;
    }
  const path = new Int32Array(length);
  let last = starts[length - 1] ?? 0;
  for (let at = last; at < best.length; at++) if (best[at]! > best[last]!) last = at;
  for (let token = length - 1; token >= 0; token--) {
    path[token] = labels[last]!;
    last = from[last]!;
  }
  return path;
}

/** Probabilities when sequences of labels are weighted by the exponential of their score. */
export interface Marginals {
  /** The logarithm of the sum of all weights. */
  logSum: number;
  /** Of each candidate of the lattice. */
  probabilities: Float64Array;
  /** Of pairs of neighbours: for each token but the first, each candidate of the one before, each of its own. */
  pairs: Float64Array;
}

/** Forward-backward (Rabiner, 1989), scaled token by token. */
export function marginalsOf({ starts, labels, scores }: Lattice, transitions: Transitions): Marginals {
  const length = starts.length - 1;
  const forward = scores.slice();
  let logSum = 0;
  for (let token = 0; token < length; token++) {
    const [from, to] = [starts[token]!, starts[token + 1]!];
    let highest = -Infinity;
    for (let at = from; at < to; at++) if (scores[at]! > highest) highest = scores[at]!;
    for (let at = from; at < to; at++) forward[at] = Math.exp(scores[at]! - highest);
    logSum += highest;
  }
  const factors = forward.slice();
  const pairs = pairFactors(starts, labels, transitions);
  logSum += Math.log(scale(forward, 0, starts[1] ?? 0));
  for (let token = 1, pair = 0; token < length; token++) {
    const [from, to] = [starts[token]!, starts[token + 1]!];
    const reached = new Float64Array(to - from);
    for (let before = starts[token - 1]!; before < from; before++)
      for (let at = from; at < to; at++) reached[at - from]! += forward[before]! * pairs[pair++]!;
    for (let at = from; at < to; at++) forward[at]! *= reached[at - from]!;
    logSum += Math.log(scale(forward, from, to));
  }
  const backward = new Float64Array(scores.length).fill(1);
  for (let token = length - 1, pair = pairs.length; token > 0; token--) {
    const [from, to] = [starts[token]!, starts[token + 1]!];
    let sum = 0;
    for (let before = from - 1; before >= starts[token - 1]!; before--) {
      let ahead = 0;
      for (let at = to - 1; at >= from; at--) {
        const onward = pairs[--pair]! * factors[at]! * backward[at]!;
        ahead += onward;
        pairs[pair] = onward * forward[before]!;
        sum += pairs[pair]!;
      }
      backward[before] = ahead;
    }
    const count = (to - from) * (from - starts[token - 1]!);
    for (let at = pair; at < pair + count; at++) pairs[at]! /= sum;
    scale(backward, starts[token - 1]!, from);
  }
  for (let at = 0; at < forward.length; at++) forward[at]! *= backward[at]!;
  for (let token = 0; token < length; token++) scale(forward, starts[token]!, starts[token + 1]!);
  return { logSum, probabilities: forward, pairs };
}

function pairFactors(starts: Int32Array, labels: Int32Array, { labels: width, weights }: Transitions): Float64Array {
  let count = 0;
  for (let token = 1; token < starts.length - 1; token++)
    count += (starts[token]! - starts[token - 1]!) * (starts[token + 1]! - starts[token]!);
  const factors = new Float64Array(count);
  let pair = 0;
  for (let token = 1; token < starts.length - 1; token++)
    for (let before = starts[token - 1]!; before < starts[token]!; before++)
      for (let at = starts[token]!; at < starts[token + 1]!; at++, pair++)
        if (mayFollow(labels[before]!, labels[at]!))
          factors[pair] = Math.exp(weights[labels[before]! * width + labels[at]!]!);
  return factors;
}

/** Divides by the sum and returns it. */
function scale(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += values[at]!;
  for (let at = from; at < to; at++) values[at]! /= sum;
  return sum;
}
