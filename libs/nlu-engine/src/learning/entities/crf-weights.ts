import { latticeOf, marginalsOf, OUTSIDE } from './lattice.js';
import { type HashedWeights, scoresOf, type TaggerWeights } from './sequence-tagger.js';

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
/** A label that a feature has with a smaller share of its tokens gets no weight there: it is chance, and takes time. */
const SMALLEST_SHARE = 1e-3;
/** Weights that are nearer to 0 are left out of the trained tagger. */
const SMALLEST_WEIGHT = 0.01;

/**
 * The weights of a conditional random field in training. Only pairs of features and labels that occur together have a
 * weight, unless seldom among those of the feature, and each feature has one for outside, which it may speak against. The first feature is that of every token: its
 * weights begin with how common each label is. Steps follow the gradient of a sentence's log-likelihood, each weight at
 * its own pace (AdaGrad: Duchi, Hazan and Singer, JMLR 2011).
 */
export class CrfWeights {
  readonly current: TaggerWeights;
  private readonly squares: { weights: Float32Array; transitions: Float32Array };
  private readonly sums: { weights: Float64Array; transitions: Float64Array };
  private remembered = 0;

  constructor(sentences: readonly EncodedSentence[], { features, labels }: { features: number; labels: number }) {
    this.current = { labels, ...pairsIn(sentences, features, labels), transitions: new Float32Array(labels * labels) };
    const { weights, transitions } = this.current;
    weights.set(commonness(sentences, labels));
    this.squares = {
      weights: new Float32Array(weights.length).fill(FIRST_SQUARE),
      transitions: new Float32Array(transitions.length).fill(FIRST_SQUARE),
    };
    this.sums = { weights: new Float64Array(weights.length), transitions: new Float64Array(transitions.length) };
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
    const { starts, labels, scores, from, to } = lattice;
    let loss = logSum;
    for (let token = 0, pair = 0; token < tokens.length; token++)
      for (let at = starts[token]!; at < starts[token + 1]!; at++) {
        const label = labels[at]!;
        const isRight = label === right[token];
        if (isRight) loss -= scores[at]!;
        visit.label(token, label, probabilities[at]! - (isRight ? 1 : 0));
        for (let before = from[at]!; before < to[at]!; before++, pair++) {
          const previous = labels[before]!;
          const areRight = isRight && previous === right[token - 1];
          if (areRight) loss -= transitions[previous * width + label]!;
          visit.pair(previous, label, pairs[pair]! - (areRight ? 1 : 0));
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
          descend(transitions, this.squares.transitions, previous * labels + label, error);
      },
    });
    for (let token = 0; token < right.length; token++) {
      if (!isWrong[token]) continue;
      for (const feature of tokens[token]!)
        for (let at = starts[feature]!; at < starts[feature + 1]!; at++) {
          const error = wrong[token * labels + weightLabels[at]!]!;
          if (error !== 0) descend(weights, this.squares.weights, at, error);
        }
    }
    return loss;
  }

  /** The regularisation of an epoch in one step. */
  shrink(): void {
    const { weights } = this.current;
    for (let at = 0; at < weights.length; at++)
      weights[at]! /= 1 + (REGULARISATION * RATE) / Math.sqrt(this.squares.weights[at]!);
  }

  /** Lets the present weights count for the average. */
  remember(): void {
    this.remembered++;
    this.current.weights.forEach((weight, at) => (this.sums.weights[at]! += weight));
    this.current.transitions.forEach((weight, at) => (this.sums.transitions[at]! += weight));
  }

  /** The average of what was remembered, without what is as good as 0. */
  average(features: Int32Array): HashedWeights {
    const { labels, starts, weightLabels } = this.current;
    const hashes: number[] = [];
    const newStarts = [0];
    const kept: number[] = [];
    const mean = this.sums.weights.map((sum) => sum / this.remembered);
    features.forEach((hash, feature) => {
      const before = kept.length;
      for (let at = starts[feature]!; at < starts[feature + 1]!; at++)
        if (Math.abs(mean[at]!) >= SMALLEST_WEIGHT) kept.push(at);
      if (kept.length === before) return;
      hashes.push(hash);
      newStarts.push(kept.length);
    });
    return {
      labels,
      features: Int32Array.from(hashes),
      starts: Int32Array.from(newStarts),
      weightLabels: Uint16Array.from(kept, (at) => weightLabels[at]!),
      weights: Float32Array.from(kept, (at) => mean[at]!),
      transitions: Float32Array.from(this.sums.transitions, (sum) => sum / this.remembered),
    };
  }
}

/** The logarithms of the shares of outside and of the labels that occur. */
function commonness(sentences: readonly EncodedSentence[], labels: number): number[] {
  const counts = new Float64Array(labels);
  counts[OUTSIDE] = 1;
  for (const { right } of sentences) for (const label of right) counts[label]!++;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return [...counts].filter((count) => count > 0).map((count) => Math.log(count / total));
}

function descend(weights: Float32Array, squares: Float32Array, at: number, gradient: number): void {
  squares[at]! += gradient * gradient;
  weights[at]! -= (RATE * gradient) / Math.sqrt(squares[at]!);
}

/** Places for the weights of the pairs of feature and label that occur often enough, and of each feature with outside. */
function pairsIn(
  sentences: readonly EncodedSentence[],
  features: number,
  labels: number,
): Pick<TaggerWeights, 'starts' | 'weightLabels' | 'weights'> {
  const { begins, found } = labelsByFeature(sentences, features);
  const starts = new Int32Array(features + 1);
  const kept: number[] = [];
  const counts = new Int32Array(labels);
  for (let feature = 0; feature < features; feature++) {
    const own = found.subarray(begins[feature], begins[feature + 1]);
    for (const label of own) counts[label]!++;
    const least = feature === 0 ? 1 : Math.max(1, SMALLEST_SHARE * own.length);
    for (let label = 0; label < labels; label++) if (label === OUTSIDE || counts[label]! >= least) kept.push(label);
    counts.fill(0);
    starts[feature + 1] = kept.length;
  }
  return { starts, weightLabels: Uint16Array.from(kept), weights: new Float32Array(kept.length) };
}

/** The label of each token that has feature `f`, from `begins[f]` on. */
function labelsByFeature(
  sentences: readonly EncodedSentence[],
  features: number,
): { begins: Int32Array; found: Uint16Array } {
  const begins = new Int32Array(features + 1);
  for (const { tokens } of sentences) for (const token of tokens) for (const feature of token) begins[feature + 1]!++;
  for (let feature = 0; feature < features; feature++) begins[feature + 1]! += begins[feature]!;
  const found = new Uint16Array(begins[features]!);
  const next = begins.slice();
  for (const { tokens, right } of sentences)
    tokens.forEach((token, at) => {
      for (const feature of token) found[next[feature]!++] = right[at]!;
    });
  return { begins, found };
}
