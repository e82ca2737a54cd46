import { latticeOf, marginalsOf, OUTSIDE } from './lattice.js';
import { type NamedWeights, scoresOf, type TaggerWeights } from './sequence-tagger.js';

/** A sentence with its features as numbers and its right labels. */
export interface EncodedSentence {
  tokens: readonly Int32Array[];
  right: Int32Array;
}

const RATE = 0.1;
/** Squared gradients begin with it, so that rare features do not leap at their first sight. */
const FIRST_SQUARE = 0.1;
/** Strength of the L2 regularisation, for all sentences together. */
const REGULARISATION = 1;
/** As in parsing, but without a limit: a label that is left out cannot be unlearned. */
const PRUNING = { margin: 7, most: Infinity } as const;
/** Smaller probabilities of being wrong teach nothing. */
const SMALLEST_ERROR = 1e-3;
/** Weights that are nearer to 0 are left out of the trained tagger. */
const SMALLEST_WEIGHT = 0.01;

/**
 * The weights of a conditional random field in training. Only pairs of features and labels that occur together have a
 * weight, and each feature has one for outside, which it may speak against. The first feature is that of every token: its
 * weights begin with how common each label is. Steps follow the gradient of a sentence's log-likelihood, each weight at
 * its own pace (AdaGrad: Duchi, Hazan and Singer, JMLR 2011).
 */
export class CrfWeights {
  readonly current: TaggerWeights;
  readonly #squares: { weights: Float32Array; transitions: Float32Array };
  readonly #sums: { weights: Float64Array; transitions: Float64Array };
  #remembered = 0;

  constructor(sentences: readonly EncodedSentence[], { features, labels }: { features: number; labels: number }) {
    this.current = { labels, ...pairsIn(sentences, features, labels), transitions: new Float32Array(labels * labels) };
    const { weights, transitions } = this.current;
    weights.set(commonness(sentences, labels));
    this.#squares = {
      weights: new Float32Array(weights.length).fill(FIRST_SQUARE),
      transitions: new Float32Array(transitions.length).fill(FIRST_SQUARE),
    };
    this.#sums = { weights: new Float64Array(weights.length), transitions: new Float64Array(transitions.length) };
  }

  /**
   * What the probabilities of the labels, and of pairs of neighbouring labels, are too high by: the gradient of the
   * negative log-likelihood. `visit` is given each; `label` is at `token`, `previous` before it.
   *
   * @returns the negative log-likelihood of the right labels.
   */
  errors(
    { tokens, right }: EncodedSentence,
    visit: {
      label(token: number, label: number, error: number): void;
      pair(previous: number, label: number, error: number): void;
    },
  ): number {
    const { labels: width, transitions } = this.current;
    const lattice = latticeOf(scoresOf(tokens, this.current), width, { ...PRUNING, right });
    const { logSum, probabilities, pairs } = marginalsOf(lattice, { labels: width, weights: transitions });
    const { starts, labels, scores } = lattice;
    let loss = logSum;
    for (let token = 0, pair = 0; token < tokens.length; token++) {
      for (let at = starts[token]!; at < starts[token + 1]!; at++) {
        const isRight = labels[at] === right[token];
        if (isRight) loss -= scores[at]!;
        visit.label(token, labels[at]!, probabilities[at]! - (isRight ? 1 : 0));
      }
      for (let before = starts[token - 1] ?? starts[token]!; before < starts[token]!; before++)
        for (let at = starts[token]!; at < starts[token + 1]!; at++, pair++) {
          const isRight = labels[before] === right[token - 1] && labels[at] === right[token];
          if (isRight) loss -= transitions[labels[before]! * width + labels[at]!]!;
          visit.pair(labels[before]!, labels[at]!, pairs[pair]! - (isRight ? 1 : 0));
        }
    }
    return loss;
  }

  /** One step along the gradient of a sentence. @returns what `errors` does. */
  learn(sentence: EncodedSentence): number {
    const { labels, starts, weightLabels, weights, transitions } = this.current;
    const { tokens, right } = sentence;
    if (right.length === 0) return 0;
    const wrong = new Float64Array(labels * right.length);
    const isWrong = new Uint8Array(right.length);
    const loss = this.errors(sentence, {
      label(token, label, error) {
        if (Math.abs(error) < SMALLEST_ERROR) return;
        wrong[token * labels + label] = error;
        isWrong[token] = 1;
      },
      pair: (previous, label, error) => {
        if (Math.abs(error) >= SMALLEST_ERROR)
          descend(transitions, this.#squares.transitions, previous * labels + label, error);
      },
    });
    for (let token = 0; token < right.length; token++) {
      if (!isWrong[token]) continue;
      for (const feature of tokens[token]!)
        for (let at = starts[feature]!; at < starts[feature + 1]!; at++) {
          const error = wrong[token * labels + weightLabels[at]!]!;
          if (error !== 0) descend(weights, this.#squares.weights, at, error);
        }
    }
    return loss;
  }

  /** The regularisation of an epoch in one step. */
  shrink(): void {
    const { weights } = this.current;
    for (let at = 0; at < weights.length; at++)
      weights[at]! /= 1 + (REGULARISATION * RATE) / Math.sqrt(this.#squares.weights[at]!);
  }

  /** Lets the present weights count for the average. */
  remember(): void {
    this.#remembered++;
    this.current.weights.forEach((weight, at) => (this.#sums.weights[at]! += weight));
    this.current.transitions.forEach((weight, at) => (this.#sums.transitions[at]! += weight));
  }

  /** The average of what was remembered, without what is as good as 0. */
  average(features: readonly string[]): NamedWeights {
    const { labels, starts, weightLabels } = this.current;
    const names: string[] = [];
    const newStarts = [0];
    const kept: number[] = [];
    const mean = this.#sums.weights.map((sum) => sum / this.#remembered);
    features.forEach((name, feature) => {
      const before = kept.length;
      for (let at = starts[feature]!; at < starts[feature + 1]!; at++)
        if (Math.abs(mean[at]!) >= SMALLEST_WEIGHT) kept.push(at);
      if (kept.length === before) return;
      names.push(name);
      newStarts.push(kept.length);
    });
    return {
      labels,
      features: names,
      starts: Int32Array.from(newStarts),
      weightLabels: Uint16Array.from(kept, (at) => weightLabels[at]!),
      weights: Float32Array.from(kept, (at) => mean[at]!),
      transitions: Float32Array.from(this.#sums.transitions, (sum) => sum / this.#remembered),
    };
  }
}

/** The logarithms of the shares of those labels that occur. */
function commonness(sentences: readonly EncodedSentence[], labels: number): number[] {
  const counts = new Float64Array(labels);
  for (const { right } of sentences) for (const label of right) counts[label]!++;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return [...counts].filter((count) => count > 0).map((count) => Math.log(count / total));
}

function descend(weights: Float32Array, squares: Float32Array, at: number, gradient: number): void {
  squares[at]! += gradient * gradient;
  weights[at]! -= (RATE * gradient) / Math.sqrt(squares[at]!);
}

/** Places for the weights of the pairs of feature and label that occur, and of each feature with outside. */
function pairsIn(
  sentences: readonly EncodedSentence[],
  features: number,
  labels: number,
): Pick<TaggerWeights, 'starts' | 'weightLabels' | 'weights'> {
  const seen = new Set<number>();
  for (const { tokens, right } of sentences)
    tokens.forEach((ofToken, token) => {
      for (const feature of ofToken) seen.add(feature * labels + right[token]!).add(feature * labels + OUTSIDE);
    });
  const pairs = Float64Array.from(seen).sort();
  const starts = new Int32Array(features + 1);
  for (const pair of pairs) starts[Math.floor(pair / labels) + 1]!++;
  for (let feature = 0; feature < features; feature++) starts[feature + 1]! += starts[feature]!;
  return {
    starts,
    weightLabels: Uint16Array.from(pairs, (pair) => pair % labels),
    weights: new Float32Array(pairs.length),
  };
}
