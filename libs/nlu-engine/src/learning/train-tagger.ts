import { CrfWeights } from './crf-weights.js';
import { randomNumbers, shuffle } from './random.js';
import { numbersOf, SequenceTagger } from './sequence-tagger.js';
import { namesIntent, namesItsWord } from './tagger-features.js';

/** A sentence with the features of its tokens and their right labels. */
export interface TaggedSentence {
  tokens: readonly (readonly string[])[];
  labels: Int32Array;
}

/** Few sentences are gone through more often. */
const epochsFor = (sentences: number): number => Math.min(80, Math.max(10, Math.ceil(6_000 / sentences)));
/** The weights at the end of so many last epochs are averaged. */
const AVERAGED_EPOCHS = 5;
/** From so many sentences on, features that occur once are left out. */
const MANY_SENTENCES = 2_000;
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
  const encoded = sentences.map(({ tokens, labels: right }) => ({
    tokens: tokens.map((features) => inOrderOfHiding(numbersOf(features, index), kinds)),
    right,
  }));
  const all = encoded.map(({ tokens, right }) => ({ tokens: tokens.map((token) => token.subset(0)), right }));
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

/** The features of a token, laid out so that each choice of hidden ones leaves a part that is in one piece. */
class TokenFeatures {
  constructor(
    private readonly features: Int32Array,
    /** Where those of a kind begin: of the word alone, of neither, of the intent alone, of both. */
    private readonly starts: readonly [number, number, number, number],
  ) {}

  /** @param hidden `WORD`, `INTENT`, both or 0. */
  subset(hidden: number): Int32Array {
    if (hidden === 0) return this.features;
    const [, neither, intent, both] = this.starts;
    return this.features.subarray(hidden & WORD ? neither : 0, hidden & INTENT ? intent : both);
  }
}

function inOrderOfHiding(features: readonly number[], kinds: Uint8Array): TokenFeatures {
  const sorted: number[] = [];
  const starts = [WORD, 0, INTENT, WORD | INTENT].map((kind) => {
    const start = sorted.length;
    for (const feature of features) if (kinds[feature] === kind) sorted.push(feature);
    return start;
  });
  return new TokenFeatures(Int32Array.from(sorted), starts as [number, number, number, number]);
}

function indexFeatures(sentences: readonly TaggedSentence[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tokens } of sentences)
    for (const features of tokens) for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const minimum = sentences.length < MANY_SENTENCES ? 1 : 2;
  const kept = [...counts].filter(([, count]) => count >= minimum);
  return new Map(kept.map(([feature], at) => [feature, at]));
}
