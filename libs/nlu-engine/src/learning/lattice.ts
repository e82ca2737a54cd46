/**
 * Labels of a tagging in BIO form: 0 is outside; the entity type `t` begins with `1 + 2t` and goes on with `2 + 2t`.
 * Scores of `length` tokens lie token after token, `labels` numbers each; `transitions[previous * labels + next]`.
 */
export const OUTSIDE = 0;
export const beginOf = (type: number): number => 1 + 2 * type;
export const insideOf = (type: number): number => 2 + 2 * type;
export const isInside = (label: number): boolean => label > 0 && label % 2 === 0;
export const typeOf = (label: number): number => (label - 1) >> 1;

/**
 * The best sequence of labels (Viterbi, 1967); an entity goes on only after its own beginning.
 *
 * @param reach no transition is further than this from 0; predecessors too far behind to be made up for are skipped.
 */
export function bestPath(
  scores: Float64Array,
  transitions: ArrayLike<number>,
  { labels, reach }: { labels: number; reach: number },
): Int32Array {
  const length = scores.length / labels;
  const path = new Int32Array(length);
  if (length === 0) return path;
  const from = new Int32Array(scores.length);
  let best = new Float64Array(labels).fill(-Infinity);
  let next = new Float64Array(labels);
  for (let label = 0; label < labels; label++) if (!isInside(label)) best[label] = scores[label]!;
  for (let token = 1; token < length; token++) {
    const here = token * labels;
    const hopeless = best[highestAt(best)]! - 2 * reach;
    next.fill(-Infinity);
    for (let previous = 0; previous < labels; previous++) {
      const score = best[previous]!;
      if (score === -Infinity) continue;
      const row = previous * labels;
      if (score >= hopeless) {
        // Outside, then every beginning, are the labels 0 and the odd ones.
        for (let label = 0; label < labels; label += label === 0 ? 1 : 2) {
          const total = score + transitions[row + label]!;
          if (total > next[label]!) {
            next[label] = total;
            from[here + label] = previous;
          }
        }
      }
      if (previous === OUTSIDE) continue;
      const inside = insideOf(typeOf(previous));
      const total = score + transitions[row + inside]!;
      if (total > next[inside]!) {
        next[inside] = total;
        from[here + inside] = previous;
      }
    }
    for (let label = 0; label < labels; label++) next[label]! += scores[here + label]!;
    [best, next] = [next, best];
  }
  let last = highestAt(best);
  for (let token = length - 1; token >= 0; token--) {
    path[token] = last;
    last = from[token * labels + last]!;
  }
  return path;
}

function highestAt(values: Float64Array): number {
  let highest = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[highest]!) highest = at;
  return highest;
}

/**
 * The probability of each label at each token when sequences are weighted by the exponential of their score
 * (forward-backward). `transitionFactors` come from `transitionFactorsOf`.
 */
export function marginals(scores: Float64Array, transitionFactors: Float64Array, labels: number): Float64Array {
  const length = scores.length / labels;
  const factors = new Float64Array(scores.length);
  for (let token = 0; token < length; token++) {
    const row = scores.subarray(token * labels, (token + 1) * labels);
    const highest = row.reduce((a, b) => Math.max(a, b), -Infinity);
    row.forEach((score, label) => (factors[token * labels + label] = Math.exp(score - highest)));
  }
  const forward = new Float64Array(scores.length);
  for (let label = 0; label < labels; label++) forward[label] = isInside(label) ? 0 : factors[label]!;
  scale(forward, 0, labels);
  for (let token = 1; token < length; token++) {
    const [here, before] = [token * labels, (token - 1) * labels];
    for (let previous = 0; previous < labels; previous++) {
      const weight = forward[before + previous]!;
      if (weight === 0) continue;
      const row = previous * labels;
      for (let label = 0; label < labels; label += label === 0 ? 1 : 2)
        forward[here + label]! += weight * transitionFactors[row + label]!;
      if (previous === OUTSIDE) continue;
      const inside = insideOf(typeOf(previous));
      forward[here + inside]! += weight * transitionFactors[row + inside]!;
    }
    for (let label = 0; label < labels; label++) forward[here + label]! *= factors[here + label]!;
    scale(forward, here, labels);
  }
  const backward = new Float64Array(scores.length).fill(1, scores.length - labels);
  const ahead = new Float64Array(labels);
  for (let token = length - 2; token >= 0; token--) {
    const [here, after] = [token * labels, (token + 1) * labels];
    for (let label = 0; label < labels; label++) ahead[label] = backward[after + label]! * factors[after + label]!;
    for (let previous = 0; previous < labels; previous++) {
      const row = previous * labels;
      let sum = 0;
      for (let label = 0; label < labels; label += label === 0 ? 1 : 2)
        sum += transitionFactors[row + label]! * ahead[label]!;
      if (previous !== OUTSIDE) {
        const inside = insideOf(typeOf(previous));
        sum += transitionFactors[row + inside]! * ahead[inside]!;
      }
      backward[here + previous] = sum;
    }
    scale(backward, here, labels);
  }
  for (let at = 0; at < forward.length; at++) forward[at]! *= backward[at]!;
  for (let token = 0; token < length; token++) scale(forward, token * labels, labels);
  return forward;
}

/** Exponentials of transition scores for `marginals`. */
export function transitionFactorsOf(transitions: Float32Array, temperature: number): Float64Array {
  return Float64Array.from(transitions, (score) => Math.exp(score / temperature));
}

function scale(values: Float64Array, start: number, count: number): void {
  let sum = 0;
  for (let at = start; at < start + count; at++) sum += values[at]!;
  if (sum > 0) for (let at = start; at < start + count; at++) values[at]! /= sum;
}
