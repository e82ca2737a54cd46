import { CrfWeights } from './crf-weights.js';
import { randomNumbers, shuffle } from './random.js';
import { numbersOf, SequenceTagger } from './sequence-tagger.js';
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
  sentences: readonly TaggedSentence[],
  labels: number,
  { seed, report }: { seed: number; report: (done: number, total: number) => Promise<void> },
): Promise<SequenceTagger> {
  const index = indexFeatures(sentences);
  const kinds = Uint8Array.from(
    index.keys(),
    (feature) => (namesItsWord(feature) ? WORD : 0) | (namesIntent(feature) ? INTENT : 0),
  );
  const encoded = sentences.map(({ tokens, unknown, labels: right }) => ({
    tokens: tokens.map((features, at) => {
      const seen = numbersOf(features, index);
      const hidden = [...seen.filter((feature) => !(kinds[feature]! & WORD)), ...numbersOf(unknown[at]!, index)];
      return new TokenFeatures(seen, hidden, kinds);
    }),
    right,
  }));
  const all = encoded.flatMap(({ tokens, right }) =>
    [0, WORD].map((hidden) => ({ tokens: tokens.map((token) => token.subset(hidden)), right })),
  );
  const weights = new CrfWeights(all, { features: index.size, labels });
  const random = randomNumbers(seed);
  const order = Int32Array.from(sentences.keys());
  const resting = new Uint8Array(sentences.length);
  const epochs = epochsFor(sentences.length);
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
  return new SequenceTagger(weights.average([...index.keys()]));
}

/** The features of a token with and without its word, those that tell the intent first so that they can be left out. */
class TokenFeatures {
  readonly #seen: Int32Array;
  readonly #hidden: Int32Array;
  readonly #intents: { seen: number; hidden: number };

  constructor(seen: readonly number[], hidden: readonly number[], kinds: Uint8Array) {
    const tellsIntent = (feature: number): boolean => (kinds[feature]! & INTENT) !== 0;
    const sorted = (features: readonly number[]): Int32Array =>
      Int32Array.from([...features.filter(tellsIntent), ...features.filter((feature) => !tellsIntent(feature))]);
    this.#seen = sorted(seen);
    this.#hidden = sorted(hidden);
    this.#intents = { seen: seen.filter(tellsIntent).length, hidden: hidden.filter(tellsIntent).length };
  }

  /** @param hidden `WORD`, `INTENT`, both or 0. */
  subset(hidden: number): Int32Array {
    if (hidden & WORD) return this.#hidden.subarray(hidden & INTENT ? this.#intents.hidden : 0);
    return this.#seen.subarray(hidden & INTENT ? this.#intents.seen : 0);
  }
}

function indexFeatures(sentences: readonly TaggedSentence[]): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (feature: string): unknown => counts.set(feature, (counts.get(feature) ?? 0) + 1);
  for (const { tokens, unknown } of sentences) {
    for (const features of tokens) features.forEach(count);
    for (const features of unknown) features.forEach(count);
  }
  const least = leastOccurrences(sentences.length);
  const kept = [...counts].filter(([, occurrences]) => occurrences >= least);
  return new Map(kept.map(([feature], at) => [feature, at]));
}
