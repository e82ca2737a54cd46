import { type State } from '../state.js';
import { latticeOf, marginalsOf, type Transitions } from './lattice.js';
import { bestSpans, type LikelySpan, likelySpans } from './likely-spans.js';

/** Weights of a tagger: those of feature `f` lie from `starts[f]` to `starts[f + 1]`, each for the label beside it. */
export interface TaggerWeights {
  labels: number;
  starts: Int32Array;
  weightLabels: Uint16Array;
  weights: Float32Array;
  /** `transitions[previous * labels + next]`. */
  transitions: Float32Array;
}

/** Weights with what the features are called; see `tagger-features.ts`. */
export interface HashedWeights extends TaggerWeights {
  features: Int32Array;
}

/**
 * Labels that are further behind the best of a token than `margin` (in logarithms of probabilities) play no part; nor do
 * more than `most` a token. This makes a hundred labels as cheap as a few and bounds the time of a tagging. Transitions
 * count for much: with a smaller number, right labels are missed.
 */
const PRUNING = { margin: 10, most: 64 } as const;

/**
 * From which probability on an entity is worth naming. The single likeliest reading of a sentence misses too many: where
 * an entity may end here or there, each reading may be less likely than that there is none. A wrong entity costs as much
 * as a missed one, so a bound below one half serves both (as for F1: Lewis, SIGIR 1995); how far below is measured by
 * cross-validation, as probabilities of unseen entities are too low.
 */
const LEAST_PROBABILITY = 0.27;

export interface Tagging {
  spans: LikelySpan[];
  /** Probability of each label at each token, token after token. */
  marginals(): Float64Array;
}

/** A trained linear-chain tagger: features of tokens in, entities out. */
export class SequenceTagger {
  private readonly index = new Map<number, number>();
  private readonly transitions: Transitions;

  constructor(private readonly saved: HashedWeights) {
    saved.features.forEach((feature, index) => this.index.set(feature, index));
    this.transitions = { labels: saved.labels, weights: saved.transitions };
  }

  get labels(): number {
    return this.saved.labels;
  }

  /** @param tokens the features of each token. */
  tag(tokens: readonly (readonly number[])[]): Tagging {
    const { labels } = this.saved;
    const known = tokens.map((features) => numbersOf(features, this.index));
    const lattice = latticeOf(scoresOf(known, this.saved), labels, PRUNING);
    const marginals = marginalsOf(lattice, this.transitions);
    return {
      spans: bestSpans(likelySpans(lattice, marginals, LEAST_PROBABILITY), tokens.length, LEAST_PROBABILITY),
      marginals: () => {
        const all = new Float64Array(tokens.length * labels);
        for (let token = 0; token < tokens.length; token++)
          for (let at = lattice.starts[token]!; at < lattice.starts[token + 1]!; at++)
            all[token * labels + lattice.labels[at]!] = marginals.probabilities[at]!;
        return all;
      },
    };
  }

  save(): State {
    return { ...this.saved };
  }

  static load(state: State | undefined): SequenceTagger {
    return new SequenceTagger(state as unknown as HashedWeights);
  }
}

/** The numbers of the features that the index knows. */
export function numbersOf(features: readonly number[], index: ReadonlyMap<number, number>): number[] {
  const numbers: number[] = [];
  for (const feature of features) {
    const number = index.get(feature);
    if (number !== undefined) numbers.push(number);
  }
  return numbers;
}

/** Scores of all labels, token after token, from the numbers of the tokens' features. */
export function scoresOf(
  tokens: readonly ArrayLike<number>[],
  { labels, starts, weightLabels, weights }: TaggerWeights,
): Float64Array {
  const scores = new Float64Array(tokens.length * labels);
  for (let token = 0; token < tokens.length; token++) {
    const features = tokens[token]!;
    const row = token * labels;
    for (let at = 0; at < features.length; at++) {
      const end = starts[features[at]! + 1]!;
      for (let weight = starts[features[at]!]!; weight < end; weight++)
        scores[row + weightLabels[weight]!]! += weights[weight]!;
    }
  }
  return scores;
}
