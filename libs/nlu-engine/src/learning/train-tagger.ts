import { CrfWeights } from './crf-weights.js';
import { randomNumbers, shuffle } from './random.js';
import { SequenceTagger } from './sequence-tagger.js';
import { namesIntent, namesItsWord } from './tagger-features.js';

/** A sentence with the features of its tokens and their right labels. */
export interface TaggedSentence {
  tokens: readonly (readonly string[])[];
  /** What each token has in the place of the features that name its word, when that is hidden. */
  unknown: readonly (readonly string[])[];
  labels: Int32Array;
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
/** A sentence that costs no more than this, as negative log-likelihood, rests an epoch. */
const LITTLE_LOSS = 0.02;
/** Kinds of features that can be hidden, as bits. */
const [WORD, INTENT] = [1, 2];

/**
 * Trains a linear-chain conditional random field (Lafferty, McCallum and Pereira, ICML 2001) sentence by sentence; see
 * `crf-weights.ts` for what is learned in a step. The same sentences and seed give the same tagger.
 *
 * @param labels number of labels, see `lattice.ts`.
 */
export async function trainTagger(
  sentences: Iterable<TaggedSentence>,
  labels: number,
  { seed, report }: { seed: number; report: (done: number, total: number) => Promise<void> },
): Promise<SequenceTagger> {
  const counter = new FeatureCounter();
  const counted = Array.from(sentences, ({ tokens, unknown, labels: right }) => ({
    tokens: tokens.map((features) => counter.count(features)),
    unknown: unknown.map((features) => counter.count(features)),
    right,
  }));
  const { names, numberOf } = counter.known(leastOccurrences(counted.length));
  const kinds = Uint8Array.from(names, (name) => (namesItsWord(name) ? WORD : 0) | (namesIntent(name) ? INTENT : 0));
  const encoded = counted.map(({ tokens, unknown, right }) => ({
    tokens: tokens.map((features, at) => {
      const seen = knownOf(features, numberOf);
      const rest = seen.filter((feature) => !(kinds[feature]! & WORD));
      return new TokenFeatures(seen, rest.concat(knownOf(unknown[at]!, numberOf)), kinds);
    }),
    right,
  }));
  const all = encoded.flatMap(({ tokens, right }) =>
    [0, WORD].map((hidden) => ({ tokens: tokens.map((token) => token.subset(hidden)), right })),
  );
  const weights = new CrfWeights(all, { features: names.length, labels });
  const random = randomNumbers(seed);
  const order = Int32Array.from(encoded.keys());
  const resting = new Uint8Array(encoded.length);
  const epochs = epochsFor(encoded.length);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (const at of order) {
      if (resting[at] === 1) {
        resting[at] = 0;
        continue;
      }
      const { tokens, right } = encoded[at]!;
      const always = random() < HIDDEN_INTENTS ? INTENT : 0;
      const seen = tokens.map((token) => token.subset(always | (random() < HIDDEN_WORDS ? WORD : 0)));
      const loss = weights.learn({ tokens: seen, right });
      if (loss < LITTLE_LOSS) resting[at] = 1;
    }
    weights.shrink();
    if (epoch >= epochs - AVERAGED_EPOCHS) weights.remember();
    await report(epoch + 1, epochs);
  }
  return new SequenceTagger(weights.average(names));
}

/** The features of a token with and without its word. */
class TokenFeatures {
  readonly #seen: Arranged;
  readonly #hidden: Arranged;

  constructor(seen: readonly number[], hidden: readonly number[], kinds: Uint8Array) {
    this.#seen = arranged(seen, kinds);
    this.#hidden = arranged(hidden, kinds);
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

function arranged(features: readonly number[], kinds: Uint8Array): Arranged {
  const intents = features.filter((feature) => kinds[feature]! & INTENT);
  const others = features.filter((feature) => !(kinds[feature]! & INTENT));
  return { features: Int32Array.from(intents.concat(others)), intents: intents.length };
}

function knownOf(features: Int32Array, numberOf: Int32Array): number[] {
  const known: number[] = [];
  for (const feature of features) if (numberOf[feature]! >= 0) known.push(numberOf[feature]!);
  return known;
}

/** Numbers features as they come, so that the sentences need not be kept as texts, which would fill the memory. */
class FeatureCounter {
  readonly #numbers = new Map<string, number>();
  readonly #counts: number[] = [];

  count(features: readonly string[]): Int32Array {
    const numbers = new Int32Array(features.length);
    for (let at = 0; at < numbers.length; at++) numbers[at] = this.#countOne(features[at]!);
    return numbers;
  }

  #countOne(feature: string): number {
    const number = this.#numbers.get(feature) ?? this.#counts.length;
    if (number === this.#counts.length) {
      this.#numbers.set(feature, number);
      this.#counts.push(0);
    }
    this.#counts[number]!++;
    return number;
  }

  /** The features that occur so often, and the place among them of each feature; -1 of the others. */
  known(least: number): { names: string[]; numberOf: Int32Array } {
    const numberOf = new Int32Array(this.#counts.length).fill(-1);
    const names: string[] = [];
    for (const [name, number] of this.#numbers)
      if (this.#counts[number]! >= least) numberOf[number] = names.push(name) - 1;
    return { names, numberOf };
  }
}
