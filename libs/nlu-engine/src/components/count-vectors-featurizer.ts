import { type Component, type ComponentType, type FeatureBlock, type Message, type State } from '../component.js';
import { NluConfigError } from '../errors.js';

const ANALYZERS = ['word', 'char_wb', 'char'] as const;
type Analyzer = (typeof ANALYZERS)[number];

interface Saved {
  [key: string]: State;
  analyzer: Analyzer;
  min: number;
  max: number;
  terms: string[];
  /** Inverse document frequency of each term, and of a term never seen. */
  idf: Float32Array;
  unseenIdf: number;
}

/** Ends of a text in n-grams of two words and more: how a text begins and ends says much about short messages. */
const FIRST = '<s>';
const LAST = '</s>';
/** N-grams of characters take shorter words as written: between those, a correction too often makes another word. */
const MIN_CORRECTED_LENGTH = 6;

/** N-grams of characters beyond so many are not counted, which bounds the time of a parse; about 250 words have them. */
const MAX_CHARACTER_NGRAMS = 5_000;

/** Rows from which on a term must occur twice to become a feature. */
const MANY_ROWS = 2_000;

/**
 * `CountVectorsFeaturizer`: n-grams of words or characters, weighted by TF-IDF with sublinear term frequency and scaled
 * to unit length. N-grams never seen take part in the length, so a text of mostly unknown words has small values: that
 * is what lets the classifier notice that it does not know what the text is about.
 *
 * Options: `analyzer` (`word`, `char_wb`: characters inside padded words, `char`: across words), `min_ngram` and
 * `max_ngram` (1-2 for words, 2-5 for characters), `min_df` (texts that hold a term; 1, from 2000 examples on 2).
 */
class CountVectorsFeaturizer implements Component {
  readonly #index: Map<string, number>;

  constructor(private readonly saved: Saved) {
    this.#index = new Map(saved.terms.map((term, index) => [term, index]));
  }

  process(message: Message): void {
    message.features.push(this.#vector(message));
  }

  save(): State {
    return this.saved;
  }

  #vector(message: Message): FeatureBlock {
    const { idf, unseenIdf } = this.saved;
    const counts = new Map<number, number>();
    let squares = 0;
    for (const [term, count] of countTerms(message, this.saved)) {
      const index = this.#index.get(term);
      if (index === undefined) squares += (unseenIdf * (1 + Math.log(count))) ** 2;
      else counts.set(index, count);
    }
    const indices = Int32Array.from(counts.keys()).sort();
    const values = Float32Array.from(indices, (index) => (1 + Math.log(counts.get(index)!)) * idf[index]!);
    for (const value of values) squares += value * value;
    const length = Math.sqrt(squares) || 1;
    for (let at = 0; at < values.length; at++) values[at]! /= length;
    return { indices, values, dimension: idf.length };
  }
}

function countTerms(message: Message, { analyzer, min, max }: Pick<Saved, 'analyzer' | 'min' | 'max'>) {
  const counts = new Map<string, number>();
  const add = (term: string): unknown => counts.set(term, (counts.get(term) ?? 0) + 1);
  if (analyzer === 'word') {
    const words = message.tokens.map((token) => token.corrected);
    const withEnds = words.length > 0 ? [FIRST, ...words, LAST] : [];
    for (let size = min; size <= max; size++) {
      const from = size === 1 ? words : withEnds;
      for (let at = 0; at + size <= from.length; at++) add(from.slice(at, at + size).join(' '));
    }
    return counts;
  }
  const words = message.tokens.map(({ word, corrected }) => (word.length < MIN_CORRECTED_LENGTH ? word : corrected));
  let left = MAX_CHARACTER_NGRAMS;
  for (const text of analyzer === 'char_wb' ? words : [words.join(' ')]) {
    const padded = ` ${text} `;
    for (let size = min; size <= Math.min(max, padded.length); size++) {
      const ngrams = Math.min(padded.length - size + 1, left);
      for (let at = 0; at < ngrams; at++) add(padded.slice(at, at + size));
      left -= ngrams;
    }
  }
  return counts;
}

export const countVectorsFeaturizer: ComponentType = {
  names: ['CountVectorsFeaturizer'],
  role: 'featurizer',
  needs: ['tokenizer'],
  train({ messages }, options) {
    const analyzer = options.choice('analyzer', ANALYZERS);
    const size = { min: 1, max: 8, isWhole: true };
    const min = options.number('min_ngram', analyzer === 'word' ? 1 : 2, size);
    const max = options.number('max_ngram', Math.max(min, analyzer === 'word' ? 2 : 5), size);
    if (max < min) throw new NluConfigError('must not be less than min_ngram', options.component, 'max_ngram');
    const minTexts = options.number('min_df', messages.length < MANY_ROWS ? 1 : 2, { min: 1, max: 1e6, isWhole: true });
    const texts = new Map<string, number>();
    for (const message of messages)
      for (const term of countTerms(message, { analyzer, min, max }).keys())
        texts.set(term, (texts.get(term) ?? 0) + 1);
    // Frequent terms lie side by side, which is kind to the processor's cache while training.
    const kept = [...texts]
      .filter(([, count]) => count >= minTexts)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const idfOf = (count: number): number => Math.log((1 + messages.length) / (1 + count)) + 1;
    return new CountVectorsFeaturizer({
      analyzer,
      min,
      max,
      terms: kept.map(([term]) => term),
      idf: Float32Array.from(kept, ([, count]) => idfOf(count)),
      unseenIdf: idfOf(0),
    });
  },
  load: (state) => new CountVectorsFeaturizer(state as Saved),
};
