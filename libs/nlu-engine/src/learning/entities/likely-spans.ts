import { type TokenSpan } from './crf-phrases.js';
import { isBegin, isInside, type Lattice, type Marginals, typeOf } from './lattice.js';

/** An entity that a sentence may have, with how likely it has exactly this one. */
export interface LikelySpan extends TokenSpan {
  probability: number;
}

/** The entities that a sentence has at least with this probability, which is above 0. */
export function likelySpans(lattice: Lattice, marginals: Marginals, least: number): LikelySpan[] {
  const { starts, labels } = lattice;
  const onward = continuations(lattice, marginals);
  const spans: LikelySpan[] = [];
  for (let first = 0; first + 1 < starts.length; first++)
    for (let begin = starts[first]!; begin < starts[first + 1]!; begin++) {
      if (!isBegin(labels[begin]!)) continue;
      let reached = marginals.probabilities[begin]!;
      for (let at = begin, last = first; reached >= least; last++) {
        const { next, share } = onward[at] ?? { next: -1, share: 0 };
        const probability = reached * (1 - share);
        if (probability >= least) spans.push({ type: typeOf(labels[begin]!), first, last, probability });
        reached *= share;
        at = next;
      }
    }
  return spans;
}

/** For each candidate of the lattice, the one that goes on with its entity, if any, and how likely that follows. */
function continuations(
  { labels, from, to, starts }: Lattice,
  { probabilities, pairs }: Marginals,
): ({ next: number; share: number } | undefined)[] {
  const found: ({ next: number; share: number } | undefined)[] = [];
  for (let next = starts[1] ?? 0, pair = 0; next < labels.length; next++)
    for (let before = from[next]!; before < to[next]!; before++, pair++)
      if (isInside(labels[next]!)) found[before] = { next, share: Math.min(1, pairs[pair]! / probabilities[before]!) };
  return found;
}

/** Of spans, those without a common token whose probabilities have the greatest sum, each less `cost`; in their order. */
export function bestSpans(spans: readonly LikelySpan[], tokens: number, cost: number): LikelySpan[] {
  const endingAt = Array.from({ length: tokens }, (): LikelySpan[] => []);
  for (const span of spans) endingAt[span.last]!.push(span);
  const gains = new Float64Array(tokens + 1);
  const chosen = endingAt.map((candidates, last) => {
    gains[last + 1] = gains[last]!;
    let best: LikelySpan | undefined;
    for (const span of candidates) {
      const gain = gains[span.first]! + span.probability - cost;
      if (gain > gains[last + 1]!) [gains[last + 1], best] = [gain, span];
    }
    return best;
  });
  const found: LikelySpan[] = [];
  for (let end = tokens; end > 0;) {
    const span = chosen[end - 1];
    if (span) found.unshift(span);
    end = span ? span.first : end - 1;
  }
  return found;
}
