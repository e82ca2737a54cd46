/**
 * Labels of a tagging in BIO form: 0 is outside; the entity type `t` begins with `1 + 2t` and goes on with `2 + 2t`.
 */
export const OUTSIDE = 0;
export const beginOf = (type: number): number => 1 + 2 * type;
export const insideOf = (type: number): number => 2 + 2 * type;
export const isBegin = (label: number): boolean => label % 2 === 1;
export const isInside = (label: number): boolean => label > 0 && label % 2 === 0;
export const typeOf = (label: number): number => (label - 1) >> 1;

/**
 * The labels that are worth a look at each token of a sentence, ascending; those of token `t` lie from `starts[t]` on.
 * Candidate `c` may follow those of the token before from `from[c]` to `to[c]`: an entity goes on only after its own
 * beginning.
 */
export interface Lattice {
  starts: Int32Array;
  labels: Int32Array;
  scores: Float64Array;
  from: Int32Array;
  to: Int32Array;
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
  const kept = new Int32Array(scores.length);
  const keptScores = new Float64Array(scores.length);
  const [from, to] = [new Int32Array(scores.length), new Int32Array(scores.length)];
  let count = 0;
  for (let token = 0; token < length; token++) {
    const row = token * labels;
    const least = leastOf(scores, { from: row, to: row + labels, margin, most });
    const before = starts[token - 1] ?? 0;
    const end = starts[token]!;
    for (let label = 0, own = before; label < labels; label++) {
      const score = scores[row + label]!;
      if (score < least && label !== OUTSIDE && label !== right?.[token]) continue;
      let [first, last] = [before, end];
      if (isInside(label)) {
        while (own < end && kept[own]! < label - 1) own++;
        for ([first, last] = [own, own]; last < end && kept[last]! <= label; last++);
        if (first === last) continue;
      }
      kept[count] = label;
      keptScores[count] = score;
      from[count] = first;
      to[count++] = last;
    }
    starts[token + 1] = count;
  }
  return {
    starts,
    labels: kept.subarray(0, count),
    scores: keptScores.subarray(0, count),
    from: from.subarray(0, count),
    to: to.subarray(0, count),
  };
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

/** Probabilities when sequences of labels are weighted by the exponential of their score. */
export interface Marginals {
  /** The logarithm of the sum of all weights. */
  logSum: number;
  /** Of each candidate of the lattice. */
  probabilities: Float64Array;
  /** Of pairs of neighbours: for each candidate of the lattice, those that it may follow. */
  pairs: Float64Array;
}

/** Forward-backward (Rabiner, 1989), scaled token by token. */
export function marginalsOf(lattice: Lattice, transitions: Transitions): Marginals {
  const { starts, scores, from, to } = lattice;
  const length = starts.length - 1;
  const forward = new Float64Array(scores.length);
  let logSum = 0;
  for (let token = 0; token < length; token++) {
    const [first, end] = [starts[token]!, starts[token + 1]!];
    let highest = -Infinity;
    for (let at = first; at < end; at++) if (scores[at]! > highest) highest = scores[at]!;
    for (let at = first; at < end; at++) forward[at] = Math.exp(scores[at]! - highest);
    logSum += highest;
  }
  const factors = forward.slice();
  const pairs = pairFactors(lattice, transitions);
  for (let token = 0, pair = 0; token < length; token++) {
    const [first, end] = [starts[token]!, starts[token + 1]!];
    for (let at = token === 0 ? end : first; at < end; at++) {
      let reached = 0;
      for (let before = from[at]!; before < to[at]!; before++) reached += forward[before]! * pairs[pair++]!;
      forward[at]! *= reached;
    }
    logSum += Math.log(scale(forward, first, end));
  }
  const backward = new Float64Array(scores.length);
  backward.fill(1, starts[length - 1] ?? 0);
  for (let token = length - 1, end = pairs.length; token > 0; token--) {
    let pair = end;
    let sum = 0;
    for (let at = starts[token + 1]! - 1; at >= starts[token]!; at--) {
      const onward = factors[at]! * backward[at]!;
      for (let before = to[at]! - 1; before >= from[at]!; before--) {
        const ahead = pairs[--pair]! * onward;
        backward[before]! += ahead;
        pairs[pair] = ahead * forward[before]!;
        sum += pairs[pair]!;
      }
    }
    for (let at = pair; at < end; at++) pairs[at]! /= sum;
    end = pair;
    scale(backward, starts[token - 1]!, starts[token]!);
  }
  for (let at = 0; at < forward.length; at++) forward[at]! *= backward[at]!;
  for (let token = 0; token < length; token++) scale(forward, starts[token]!, starts[token + 1]!);
  return { logSum, probabilities: forward, pairs };
}

function pairFactors({ starts, labels, from, to }: Lattice, { labels: width, weights }: Transitions): Float64Array {
  const first = starts[1] ?? 0;
  let count = 0;
  for (let at = first; at < labels.length; at++) count += to[at]! - from[at]!;
  const factors = new Float64Array(count);
  for (let at = first, pair = 0; at < labels.length; at++)
    for (let before = from[at]!; before < to[at]!; before++)
      factors[pair++] = Math.exp(weights[labels[before]! * width + labels[at]!]!);
  return factors;
}

/** Divides by the sum and returns it. */
function scale(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += values[at]!;
  for (let at = from; at < to; at++) values[at]! /= sum;
  return sum;
}
