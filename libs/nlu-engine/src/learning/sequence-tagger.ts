import { type State } from '../component.js';
import { bestPath, isBegin, type Lattice, latticeOf, marginalsOf, type Transitions } from './lattice.js';

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
 * What the score of each beginning gains when the best path is sought. Where it is unsure whether there is an entity, the
 * likeliest reading misses it, and more would be missed than wrong. What counts is both, so an entity is worth naming
 * from somewhat below even odds. Where an entity begins and ends is not affected: its readings have one beginning each.
 */
const HEAD_START = 0.4;

export interface Tagging {
  path: Int32Array;
  /** Probability of each label at each token, token after token. */
  marginals(): Float64Array;
}

/** A trained linear-chain tagger: features of tokens in, BIO labels out (see `lattice.ts`). */
export class SequenceTagger {
  readonly #index = new Map<number, number>();
  readonly #transitions: Transitions;

  constructor(private readonly saved: HashedWeights) {
    saved.features.forEach((feature, index) => this.#index.set(feature, index));
    this.#transitions = { labels: saved.labels, weights: saved.transitions };
  }

  get labels(): number {
    return this.saved.labels;
  }

  /** @param tokens the features of each token. */
  tag(tokens: readonly (readonly number[])[]): Tagging {
    const { labels } = this.saved;
    const known = tokens.map((features) => numbersOf(features, this.#index));
    const lattice = latticeOf(scoresOf(known, this.saved), labels, PRUNING);
    return {
      path: bestPath(withHeadStart(lattice), this.#transitions),
      marginals: () => {
        const all = new Float64Array(tokens.length * labels);
        const { probabilities } = marginalsOf(lattice, this.#transitions);
        for (let token = 0; token < tokens.length; token++)
          for (let at = lattice.starts[token]!; at < lattice.starts[token + 1]!; at++)
            all[token * labels + lattice.labels[at]!] = probabilities[at]!;
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

function withHeadStart(lattice: Lattice): Lattice {
  const scores = lattice.scores.map((score, at) => (isBegin(lattice.labels[at]!) ? score + HEAD_START : score));
  return { ...lattice, scores };
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
