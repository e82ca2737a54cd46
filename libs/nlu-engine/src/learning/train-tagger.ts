import { bestPath } from './lattice.js';
import { randomNumbers, shuffle } from './random.js';
import { SequenceTagger } from './sequence-tagger.js';
import { namesItsWord } from './tagger-features.js';

/** A sentence with the features of its tokens and their right labels. */
export interface TaggedSentence {
  tokens: readonly (readonly string[])[];
  labels: Int32Array;
}

const EPOCHS = 10;
const MANY_SENTENCES = 2_000;
/** The confidence is fitted on a fifth of at most so many sentences. */
const MAX_CALIBRATION_SENTENCES = 1_000;
const CALIBRATION_EPOCHS = 5;
/** How often a word is hidden in training, so that unknown words are recognised by what stands around them. */
const HIDDEN_WORDS = 0.15;

/**
 * Trains an averaged structured perceptron (Collins, "Discriminative Training Methods for Hidden Markov Models", EMNLP
 * 2002). Its scores have no natural unit, so a smaller tagger trained beside it on four fifths of the sentences tells at
 * which temperature they become probabilities that hold for the last fifth.
 */
export async function trainTagger(
  sentences: readonly TaggedSentence[],
  labels: number,
  { seed, report }: { seed: number; report: (done: number, total: number) => Promise<void> },
): Promise<SequenceTagger> {
  const total = EPOCHS + CALIBRATION_EPOCHS;
  const trained = await perceptron(sentences, labels, EPOCHS, seed, (done) => report(done, total));
  const few = sentences.filter((_, at) => at % Math.ceil(sentences.length / MAX_CALIBRATION_SENTENCES) === 0);
  const heldOut = few.filter((_, at) => at % 5 === 0);
  const rest = few.filter((_, at) => at % 5 !== 0);
  const smaller = await perceptron(rest, labels, CALIBRATION_EPOCHS, seed, (done) => report(EPOCHS + done, total));
  const ratio = bestTemperature(smaller.tagger, heldOut, smaller.unit) / smaller.unit;
  return trained.tagger.withTemperature(ratio * trained.unit);
}

async function perceptron(
  sentences: readonly TaggedSentence[],
  labels: number,
  epochs: number,
  seed: number,
  report: (done: number) => Promise<void>,
): Promise<{ tagger: SequenceTagger; unit: number }> {
  const index = indexFeatures(sentences);
  const isWord = Uint8Array.from(index.keys(), (feature) => (namesItsWord(feature) ? 1 : 0));
  const encoded = sentences.map(({ tokens }) =>
    tokens.map((features) => Int32Array.from(features.flatMap((feature) => index.get(feature) ?? []))),
  );
  const hidden = encoded.map((tokens) => tokens.map((features) => features.filter((feature) => !isWord[feature])));
  const random = randomNumbers(seed);
  const order = Int32Array.from(sentences.keys());
  const weights = new AveragedWeights(index.size * labels);
  const transitions = new AveragedWeights(labels * labels);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    let mistakes = 0;
    for (const at of order) {
      const tokens = encoded[at]!.map((all, token) => (random() < HIDDEN_WORDS ? hidden[at]![token]! : all));
      const right = sentences[at]!.labels;
      const guess = bestPath(scoresOf(tokens, weights.current, labels), transitions.current, {
        labels,
        reach: transitions.reach,
      });
      weights.time++;
      transitions.time++;
      if (guess.every((label, token) => label === right[token])) continue;
      mistakes++;
      guess.forEach((label, token) => {
        if (label !== right[token]) {
          for (const feature of tokens[token]!) {
            weights.add(feature * labels + right[token]!, 1);
            weights.add(feature * labels + label, -1);
          }
        }
        if (token === 0) return;
        transitions.add(right[token - 1]! * labels + right[token]!, 1);
        transitions.add(guess[token - 1]! * labels + label, -1);
      });
    }
    await report(epoch + 1);
    if (mistakes === 0) break;
  }
  const averaged = weights.average();
  const tagger = compress([...index.keys()], averaged, transitions.average(), labels);
  return { tagger, unit: typicalLead(encoded, averaged, labels) };
}

/** Weights together with the sum over time of what they have been (Daumé's lazy averaging). */
class AveragedWeights {
  readonly current: Float32Array;
  readonly #timesAdded: Float64Array;
  time = 0;
  /** No weight has ever been further from 0. */
  reach = 0;

  constructor(size: number) {
    this.current = new Float32Array(size);
    this.#timesAdded = new Float64Array(size);
  }

  add(at: number, amount: number): void {
    this.current[at]! += amount;
    this.#timesAdded[at]! += amount * this.time;
    this.reach = Math.max(this.reach, Math.abs(this.current[at]!));
  }

  average(): Float32Array {
    return this.current.map((weight, at) => weight - this.#timesAdded[at]! / (this.time + 1));
  }
}

function indexFeatures(sentences: readonly TaggedSentence[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tokens } of sentences)
    for (const features of tokens) for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const minimum = sentences.length < MANY_SENTENCES ? 1 : 2;
  const kept = [...counts].filter(([, count]) => count >= minimum);
  return new Map(kept.map(([feature], at) => [feature, at]));
}

function scoresOf(tokens: readonly Int32Array[], weights: Float32Array, labels: number): Float64Array {
  const scores = new Float64Array(tokens.length * labels);
  tokens.forEach((features, token) => {
    for (const feature of features)
      for (let label = 0; label < labels; label++)
        scores[token * labels + label]! += weights[feature * labels + label]!;
  });
  return scores;
}

function compress(
  features: string[],
  weights: Float32Array,
  transitions: Float32Array,
  labels: number,
): SequenceTagger {
  const kept: { feature: string; entries: [number, number][] }[] = [];
  features.forEach((feature, at) => {
    const entries = [...weights.subarray(at * labels, (at + 1) * labels).entries()].filter(
      ([, weight]) => weight !== 0,
    );
    if (entries.length > 0) kept.push({ feature, entries });
  });
  const starts = new Int32Array(kept.length + 1);
  kept.forEach(({ entries }, at) => (starts[at + 1] = starts[at]! + entries.length));
  const entries = kept.flatMap((feature) => feature.entries);
  return new SequenceTagger({
    labels,
    features: kept.map(({ feature }) => feature),
    starts,
    weightLabels: Uint16Array.from(entries, ([label]) => label),
    weights: Float32Array.from(entries, ([, weight]) => weight),
    transitions,
    temperature: 1,
  });
}

/** By how much, on average, the best label of a token leads over the second: the unit of the scores. */
function typicalLead(sentences: readonly Int32Array[][], weights: Float32Array, labels: number): number {
  let sum = 0;
  let count = 0;
  for (const tokens of sentences.slice(0, MAX_CALIBRATION_SENTENCES)) {
    const scores = scoresOf(tokens, weights, labels);
    for (let token = 0; token < tokens.length; token++) {
      let [first, second] = [-Infinity, -Infinity];
      for (const score of scores.subarray(token * labels, (token + 1) * labels)) {
        if (score > first) [first, second] = [score, first];
        else if (score > second) second = score;
      }
      sum += first - second;
      count++;
    }
  }
  return sum / count || 1;
}

function bestTemperature(tagger: SequenceTagger, sentences: readonly TaggedSentence[], unit: number): number {
  const losses = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2].map((ratio) => {
    const candidate = tagger.withTemperature(ratio * unit);
    let loss = 0;
    for (const { tokens, labels } of sentences) {
      const probabilities = candidate.tag(tokens).marginals();
      labels.forEach((label, token) => {
        loss -= Math.log(Math.max(probabilities[token * tagger.labels + label]!, 1e-9));
      });
    }
    return { temperature: ratio * unit, loss };
  });
  return losses.reduce((best, other) => (other.loss < best.loss ? other : best)).temperature;
}
