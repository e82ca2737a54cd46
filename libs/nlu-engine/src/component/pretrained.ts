import { ModelFileError } from './errors.js';
import { type WordClasses } from '../text/word-classes.js';
import { type WordVectors } from '../text/word-vectors.js';

/** Turns a sentence into a vector that lies near those of sentences with a similar meaning. */
export interface SentenceEncoder {
  /** Changes whenever the vectors do. */
  readonly id: string;
  readonly dimension: number;
  /**
   * A vector of unit length for each text; of an empty text, zeros. Takes milliseconds a text.
   * Rejects when the encoder cannot be used; the error says why.
   */
  encode(texts: readonly string[]): Promise<Float32Array[]>;
}

/**
 * What is known of a language beside an assistant's examples. The engine does no input and output, so whoever trains or
 * loads a model passes it; `#nlu-pretrained` has what comes with the product.
 */
export interface Pretrained {
  wordVectors(language: string): Promise<WordVectors | undefined>;
  wordClasses(language: string): Promise<WordClasses | undefined>;
  /**
   * @param name the name of an encoder, or a language, for the encoder that suits it best.
   * Rejects when the encoder cannot be loaded; the error says what to do.
   */
  sentenceEncoder(name: string): Promise<SentenceEncoder | undefined>;
  /** The names of all encoders. */
  readonly sentenceEncoders: readonly string[];
}

/** Nothing: components that could use more do without. */
export const nothingPretrained: Pretrained = {
  wordVectors: () => Promise.resolve(undefined),
  wordClasses: () => Promise.resolve(undefined),
  sentenceEncoder: () => Promise.resolve(undefined),
  sentenceEncoders: [],
};

/** Something pre-trained, as a model names it. */
export interface PretrainedReference {
  [key: string]: string;
  /** Of a sentence encoder, possibly its name. */
  language: string;
  id: string;
}

/** The word vectors that a model was trained with. @throws ModelFileError when they are not there. */
export async function sameWordVectors(pretrained: Pretrained, { language, id }: PretrainedReference) {
  return same('word vectors', await pretrained.wordVectors(language), id);
}

/** The word classes that a model was trained with. @throws ModelFileError when they are not there. */
export async function sameWordClasses(pretrained: Pretrained, { language, id }: PretrainedReference) {
  return same('word classes', await pretrained.wordClasses(language), id);
}

/** The sentence encoder that a model was trained with. @throws ModelFileError when it is not there. */
export async function sameSentenceEncoder(pretrained: Pretrained, { language, id }: PretrainedReference) {
  return same('sentence encoder', await pretrained.sentenceEncoder(language), id);
}

function same<Found extends { readonly id: string }>(what: string, found: Found | undefined, id: string): Found {
  if (found?.id === id) return found;
  throw new ModelFileError(
    `The NLU model was trained with the ${what} ${id}, but here is ${found?.id ?? 'none'}; run \`helpdesk train\` to make it again.`,
  );
}
