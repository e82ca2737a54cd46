import { type TokenFeatures } from './tagger-features.js';

/** A sentence with the features of its tokens and their right labels. */
export interface TaggedSentence {
  tokens: readonly TokenFeatures[];
  /** What each token has in the place of the features of its word, when that is hidden. */
  unknown: readonly TokenFeatures[];
  labels: Int32Array;
}

/** The lists of features of a token: one a kind, then the same for its word hidden. */
export const LISTS = 8;

/** Sentences with their features and right labels in a few arrays, as another thread can be given them. */
export interface TaggedSentences {
  /** Where the tokens of each sentence end. */
  tokenEnds: Int32Array;
  /** The right label of each token. */
  labels: Int32Array;
  /** Where each of the lists of features ends, `LISTS` for one token after the other. */
  listEnds: Int32Array;
  features: Int32Array;
}

export function flattened(sentences: Iterable<TaggedSentence>): TaggedSentences {
  const [tokenEnds, labels, listEnds, features]: [number[], number[], number[], number[]] = [[], [], [], []];
  const add = (lists: TokenFeatures): void => {
    for (const list of lists) {
      for (const feature of list) features.push(feature);
      listEnds.push(features.length);
    }
  };
  for (const { tokens, unknown, labels: right } of sentences) {
    for (let at = 0; at < tokens.length; at++) {
      add(tokens[at]!);
      add(unknown[at]!);
      labels.push(right[at]!);
    }
    tokenEnds.push(labels.length);
  }
  return {
    tokenEnds: Int32Array.from(tokenEnds),
    labels: Int32Array.from(labels),
    listEnds: Int32Array.from(listEnds),
    features: Int32Array.from(features),
  };
}
