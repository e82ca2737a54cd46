import { CrfWeights } from './crf-weights.js';
import { type Report } from '../progress.js';
import { randomNumbers, shuffle } from './random.js';
import { type HashedWeights } from './sequence-tagger.js';
import { sentencesOf, type TaggedSentences } from './tagged-sentences.js';
import { INTENT, type TokenFeatures, WORD } from './tagger-features.js';

export interface TaggerJob {
  sentences: TaggedSentences;
  /** Number of labels, see `lattice.ts`. */
  labels: number;
  seed: number;
}

/** Few sentences are gone through more often. */
const epochsFor = (sentences: number): number => Math.min(80, Math.max(10, Math.ceil(6_000 / sentences)));
/** The weights at the end of so many last epochs are averaged. */
const AVERAGED_EPOCHS = 5;
/** From so many sentences on, words and features that occur once are left out. */
const MANY_SENTENCES = 2_000;
/** How often a word or a feature must occur to be known. */
export const leastOccurrences = (sentences: number): number => (sentences < MANY_SENTENCES ? 1 : 2);
/** How often a word is hidden in training, so that unknown words are recognised by what stands around them. */
const HIDDEN_WORDS = 0.15;
/**
 * How often the intent of a sentence is hidden: the right one is known in training, but only a guess when parsing, and none
 * without a classifier.
 */
const HIDDEN_INTENTS = 0.15;
/**
 * A sentence that costs no more than this, as negative log-likelihood, rests an epoch; when it costs no more after that,
 * twice as many.
 */
const LITTLE_LOSS = 0.1;
const LONGEST_REST = 4;

/**
 * Trains a linear-chain conditional random field (Lafferty, McCallum and Pereira, ICML 2001) sentence by sentence; see
 * `crf-weights.ts` for what is learned in a step. The same sentences and seed give the same weights.
 */
export async function trainTagger({ sentences, labels, seed }: TaggerJob, report: Report): Promise<HashedWeights> {
  const counter = new FeatureCounter();
  const counted = [...sentencesOf(sentences, (feature) => counter.count(feature))];
  const { hashes, numberOf } = counter.known(leastOccurrences(counted.length));
  const encoded = counted.map(({ tokens, unknown, labels: right }) => ({
    tokens: tokens.map((features, at) => new HidingFeatures(features, unknown[at]!, numberOf)),
    right,
  }));
  const all = encoded.flatMap(({ tokens, right }) =>
    [0, WORD].map((hidden) => ({ tokens: tokens.map((token) => token.subset(hidden)), right })),
  );
  const weights = new CrfWeights(all, { features: hashes.length, labels });
  const random = randomNumbers(seed);
  const order = Int32Array.from(encoded.keys());
  const rests = new Uint8Array(encoded.length);
  const resting = new Uint8Array(encoded.length);
  const epochs = epochsFor(encoded.length);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (const at of order) {
      if (resting[at]! > 0) {
        resting[at]!--;
        continue;
      }
      const { tokens, right } = encoded[at]!;
      const always = random() < HIDDEN_INTENTS ? INTENT : 0;
      const seen = tokens.map((token) => token.subset(always | (random() < HIDDEN_WORDS ? WORD : 0)));
      const loss = weights.learn({ tokens: seen, right });
      rests[at] = loss < LITTLE_LOSS ? Math.min(LONGEST_REST, 2 * rests[at]! || 1) : 0;
      resting[at] = rests[at]!;
    }
    weights.shrink();
    if (epoch >= epochs - AVERAGED_EPOCHS) weights.remember();
    await report(epoch + 1, epochs);
  }
  return weights.average(hashes);
}

/** The features of a token as numbers, of which those of its word and of the intent can be hidden. */
class HidingFeatures {
  readonly #seen: Arranged;
  readonly #hidden: Arranged;

  /** @param numberOf the final numbers; -1 leaves a feature out. */
  constructor(features: TokenFeatures, unknown: TokenFeatures, numberOf: Int32Array) {
    const numbered = (list: number[]): number[] => list.map((each) => numberOf[each]!).filter((number) => number >= 0);
    const [others, word, intent, both] = features.map(numbered) as TokenFeatures;
    const [, unknownWord, , unknownBoth] = unknown.map(numbered) as TokenFeatures;
    this.#seen = arranged([...both, ...intent], [...others, ...word]);
    this.#hidden = arranged([...unknownBoth, ...intent], [...others, ...unknownWord]);
  }

  /** @param hidden `WORD`, `INTENT`, both or 0. */
  subset(hidden: number): Int32Array {
    const { features, intents } = hidden & WORD ? this.#hidden : this.#seen;
    return hidden & INTENT ? features.subarray(intents) : features;
  }
}

/** Those that tell the intent come first, so that they can be left out. */
interface Arranged {
  features: Int32Array;
  /** How many tell the intent. */
  intents: number;
}

const arranged = (intents: number[], others: number[]): Arranged => ({
  features: Int32Array.from([...intents, ...others]),
  intents: intents.length,
});

/** Numbers features as they come. */
class FeatureCounter {
  readonly #numbers = new Map<number, number>();
  readonly #counts: number[] = [];

  /** The number of the feature. */
  count(feature: number): number {
    const number = this.#numbers.get(feature) ?? this.#counts.length;
    if (number === this.#counts.length) {
      this.#numbers.set(feature, number);
      this.#counts.push(0);
    }
    this.#counts[number]!++;
    return number;
  }

  /** The features that occur so often, and the place among them of each feature; -1 of the others. */
  known(least: number): { hashes: Int32Array; numberOf: Int32Array } {
    const numberOf = new Int32Array(this.#counts.length).fill(-1);
    const hashes: number[] = [];
    for (const [hash, number] of this.#numbers)
      if (this.#counts[number]! >= least) numberOf[number] = hashes.push(hash) - 1;
    return { hashes: Int32Array.from(hashes), numberOf };
  }
}
