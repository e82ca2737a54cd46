import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { type FeatureBlock } from '../../learning/feature-block.js';
import { type State } from '../../learning/state.js';
import { NluConfigError } from '../../component/errors.js';

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

/** Words of at most this length are remembered with their n-grams, and of those so many. */
const REMEMBERED_LENGTH = 40;
const REMEMBERED_WORDS = 20_000;

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
  private readonly index: Map<string, number>;
  /** Words, as those of the language recur, with their terms: the number of a known one, an unknown one itself. */
  private readonly words = new Map<string, (number | string)[]>();

  constructor(private readonly saved: Saved) {
    this.index = new Map(saved.terms.map((term, index) => [term, index]));
  }

  process(message: Message): void {
    message.features.push(this.vector(message));
  }

  save(): State {
    return this.saved;
  }

  private vector(message: Message): FeatureBlock {
    const { idf, unseenIdf } = this.saved;
    const counts = new Map<number | string, number>();
    for (const terms of termsOf(message, this.saved, (word) => this.termsOfWord(word)))
      for (const term of terms) {
        const known = typeof term === 'string' ? (this.index.get(term) ?? term) : term;
        counts.set(known, (counts.get(known) ?? 0) + 1);
      }
    let squares = 0;
    const known: number[] = [];
    for (const [term, count] of counts) {
      if (typeof term === 'number') known.push(term);
      else squares += (unseenIdf * (1 + Math.log(count))) ** 2;
    }
    const indices = Int32Array.from(known).sort();
    const values = new Float32Array(indices.length);
    for (let at = 0; at < values.length; at++) {
      const count = counts.get(indices[at]!)!;
      values[at] = (count === 1 ? 1 : 1 + Math.log(count)) * idf[indices[at]!]!;
      squares += values[at]! ** 2;
    }
    const length = Math.sqrt(squares) || 1;
    for (let at = 0; at < values.length; at++) values[at]! /= length;
    return { indices, values, dimension: idf.length };
  }

  private termsOfWord(word: string): readonly (number | string)[] {
    const remembered = this.words.get(word);
    if (remembered) return remembered;
    const terms = characterNgrams(word, this.saved).map((term) => this.index.get(term) ?? term);
    if (word.length <= REMEMBERED_LENGTH && this.words.size < REMEMBERED_WORDS) this.words.set(word, terms);
    return terms;
  }
}

/** The n-grams of a message in groups. Those of single words are `ofWord`'s business, which may remember them. */
function termsOf<Term>(
  message: Message,
  size: Pick<Saved, 'analyzer' | 'min' | 'max'>,
  ofWord: (word: string) => readonly Term[],
): (readonly (Term | string)[])[] {
  const { analyzer } = size;
  if (analyzer === 'word')
    return [
      wordNgrams(
        message.tokens.map(({ corrected }) => corrected),
        size,
      ),
    ];
  const words = message.tokens.map(({ word, corrected }) => (word.length < MIN_CORRECTED_LENGTH ? word : corrected));
  if (analyzer === 'char') return [characterNgrams(words.join(' '), size)];
  const groups: (readonly Term[])[] = [];
  let left = MAX_CHARACTER_NGRAMS;
  for (const word of words) {
    if (left === 0) break;
    const terms = ofWord(word).slice(0, left);
    groups.push(terms);
    left -= terms.length;
  }
  return groups;
}

function wordNgrams(words: readonly string[], { min, max }: Pick<Saved, 'min' | 'max'>): string[] {
  const terms: string[] = [];
  const withEnds = words.length > 0 ? [FIRST, ...words, LAST] : [];
  for (let size = min; size <= max; size++) {
    const from = size === 1 ? words : withEnds;
    for (let at = 0; at + size <= from.length; at++) terms.push(from.slice(at, at + size).join(' '));
  }
  return terms;
}

/** Those of a text with a blank before and after it, at most `MAX_CHARACTER_NGRAMS`. */
function characterNgrams(text: string, { min, max }: Pick<Saved, 'min' | 'max'>): string[] {
  const terms: string[] = [];
  const padded = ` ${text} `;
  for (let size = min; size <= Math.min(max, padded.length); size++) {
    const count = Math.min(padded.length - size + 1, MAX_CHARACTER_NGRAMS - terms.length);
    for (let at = 0; at < count; at++) terms.push(padded.slice(at, at + size));
  }
  return terms;
}

/** How many of the messages hold each term. */
function countTexts(messages: readonly Message[], size: Pick<Saved, 'analyzer' | 'min' | 'max'>): Map<string, number> {
  const texts = new Map<string, { count: number; lastRow: number }>();
  const words = new Map<string, string[]>();
  const ofWord = (word: string): string[] => {
    const terms = words.get(word) ?? characterNgrams(word, size);
    words.set(word, terms);
    return terms;
  };
  messages.forEach((message, row) => {
    for (const terms of termsOf(message, size, ofWord))
      for (const term of terms) {
        const seen = texts.get(term);
        if (!seen) texts.set(term, { count: 1, lastRow: row });
        else if (seen.lastRow !== row) {
          seen.count++;
          seen.lastRow = row;
        }
      }
  });
  return new Map(Array.from(texts, ([term, { count }]) => [term, count]));
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
    // Frequent terms lie side by side, which is kind to the processor's cache while training.
    const kept = [...countTexts(messages, { analyzer, min, max })]
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
