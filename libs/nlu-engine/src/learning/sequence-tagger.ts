import { type State } from '../component.js';
import { bestPath, marginals, transitionFactorsOf } from './lattice.js';

interface Saved {
  [key: string]: State;
  labels: number;
  features: string[];
  /** The weights of feature `f` lie from `starts[f]` to `starts[f + 1]`, each for the label beside it. */
  starts: Int32Array;
  weightLabels: Uint16Array;
  weights: Float32Array;
  transitions: Float32Array;
  /** Scores are divided by it to become log probabilities. */
  temperature: number;
}

export interface Tagging {
  path: Int32Array;
  /** Probability of each label at each token, token after token. */
  marginals(): Float64Array;
}

/** A trained linear-chain tagger: features of tokens in, BIO labels out (see `lattice.ts`). */
export class SequenceTagger {
  readonly #index: Map<string, number>;
  readonly #transitionFactors: Float64Array;
  readonly #reach: number;

  constructor(private readonly saved: Saved) {
    this.#index = new Map(saved.features.map((feature, index) => [feature, index]));
    this.#transitionFactors = transitionFactorsOf(saved.transitions, saved.temperature);
    this.#reach = saved.transitions.reduce((reach, weight) => Math.max(reach, Math.abs(weight)), 0);
  }

  get labels(): number {
    return this.saved.labels;
  }

  tag(tokens: readonly (readonly string[])[]): Tagging {
    const { labels, transitions, temperature } = this.saved;
    const scores = this.#scoresOf(tokens);
    return {
      path: bestPath(scores, transitions, { labels, reach: this.#reach }),
      marginals: () =>
        marginals(
          scores.map((score) => score / temperature),
          this.#transitionFactors,
          labels,
        ),
    };
  }

  withTemperature(temperature: number): SequenceTagger {
    return new SequenceTagger({ ...this.saved, temperature });
  }

  save(): State {
    return this.saved;
  }

  static load(state: State | undefined): SequenceTagger {
    return new SequenceTagger(state as Saved);
  }

  #scoresOf(tokens: readonly (readonly string[])[]): Float64Array {
    const { labels, starts, weightLabels, weights } = this.saved;
    const scores = new Float64Array(tokens.length * labels);
    tokens.forEach((features, token) => {
      for (const feature of features) {
        const index = this.#index.get(feature);
        if (index === undefined) continue;
        for (let at = starts[index]!; at < starts[index + 1]!; at++)
          scores[token * labels + weightLabels[at]!]! += weights[at]!;
      }
    });
    return scores;
  }
}
