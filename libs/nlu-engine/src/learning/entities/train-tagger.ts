import { CrfWeights } from './crf-weights.js';
import { type Report } from '../progress.js';
import { seededRandom, shuffle } from '#seeded-random';
import { type HashedWeights } from './sequence-tagger.js';
import { LISTS, type TaggedSentences } from './tagged-sentences.js';
import { INTENT, WORD } from './tagger-features.js';

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
  const { tokenEnds, labels: rightLabels, listEnds, features } = sentences;
  const { hashes, numbers } = numbered(features, leastOccurrences(tokenEnds.length));
  const encoded = Array.from(tokenEnds, (end, at) => {
    const first = tokenEnds[at - 1] ?? 0;
    const tokens = Array.from(
      { length: end - first },
      (_, token) => new HidingFeatures(numbers, listEnds, LISTS * (first + token)),
    );
    return { tokens, right: rightLabels.slice(first, end) };
  });
  const all = encoded.flatMap(({ tokens, right }) =>
    [0, WORD].map((hidden) => ({ tokens: tokens.map((token) => token.subset(hidden)), right })),
  );
  const weights = new CrfWeights(all, { features: hashes.length, labels });
  const random = seededRandom(seed);
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
  private readonly seen: Arranged;
  private readonly hidden: Arranged;

  /**
   * @param numbers of all tokens; those below 0 are left out.
   * @param first the place of the token's first list in `listEnds`.
   */
  constructor(numbers: Int32Array, listEnds: Int32Array, first: number) {
    const list = (at: number): Int32Array => numbers.subarray(listEnds[first + at - 1] ?? 0, listEnds[first + at]);
    const [others, unknown] = [list(0), LISTS / 2];
    this.seen = arranged([list(WORD | INTENT), list(INTENT)], [others, list(WORD)]);
    this.hidden = arranged([list(unknown + (WORD | INTENT)), list(INTENT)], [others, list(unknown + WORD)]);
  }

  /** @param hidden `WORD`, `INTENT`, both or 0. */
  subset(hidden: number): Int32Array {
    const { features, intents } = hidden & WORD ? this.hidden : this.seen;
    return hidden & INTENT ? features.subarray(intents) : features;
  }
}

/** Those that tell the intent come first, so that they can be left out. */
interface Arranged {
  features: Int32Array;
  /** How many tell the intent. */
  intents: number;
}

function arranged(ofIntent: readonly Int32Array[], others: readonly Int32Array[]): Arranged {
  const lists = [...ofIntent, ...others];
  const features = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let count = 0;
  let intents = 0;
  lists.forEach((list, at) => {
    for (let entry = 0; entry < list.length; entry++) if (list[entry]! >= 0) features[count++] = list[entry]!;
    if (at === ofIntent.length - 1) intents = count;
  });
  return { features: features.slice(0, count), intents };
}

/** The features that occur so often, in the order in which they first do, and the place of each feature among them; or -1. */
function numbered(features: Int32Array, least: number): { hashes: Int32Array; numbers: Int32Array } {
  const places = new Map<number, number>();
  const counts: number[] = [];
  const numbers = features.map((feature) => {
    const known = places.get(feature);
    const place = known ?? counts.push(0) - 1;
    if (known === undefined) places.set(feature, place);
    counts[place]!++;
    return place;
  });
  const hashes: number[] = [];
  const kept = Int32Array.from(places, ([hash, place]) => (counts[place]! >= least ? hashes.push(hash) - 1 : -1));
  return { hashes: Int32Array.from(hashes), numbers: numbers.map((place) => kept[place]!) };
}
