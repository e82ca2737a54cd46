import { type TokenFeatures } from './tagger-features.js';

/** A sentence with the features of its tokens and their right labels. */
export interface TaggedSentence {
  tokens: readonly TokenFeatures[];
  /** What each token has in the place of the features of its word, when that is hidden. */
  unknown: readonly TokenFeatures[];
  labels: Int32Array;
}

/** Kinds of features of a token, with those that it has when its word is hidden. */
const LISTS = 8;

/** Sentences with their features and right labels in a few arrays, as another thread can be given them. */
export interface TaggedSentences {
  /** Where the tokens of each sentence end. */
  tokenEnds: Int32Array;
  /** The right label of each token. */
  labels: Int32Array;
  /** Where the lists of features of each token end: the kinds of features, then the same for its word hidden. */
  listEnds: Int32Array;
  features: Int32Array;
}

export function flattened(sentences: Iterable<TaggedSentence>): TaggedSentences {
  const [tokenEnds, labels, listEnds, features]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const { tokens, unknown, labels: right } of sentences) {
    tokens.forEach((token, at) => {
      for (const list of [...token, ...unknown[at]!]) {
        for (const feature of list) features.push(feature);
        listEnds.push(features.length);
      }
      labels.push(right[at]!);
    });
    tokenEnds.push(labels.length);
  }
  const [ends, all] = [Int32Array.from(tokenEnds), Int32Array.from(labels)];
  return { tokenEnds: ends, labels: all, listEnds: Int32Array.from(listEnds), features: Int32Array.from(features) };
}

/** The sentences again, with `featureOf` of each feature. */
export function* sentencesOf(
  { tokenEnds, labels, listEnds, features }: TaggedSentences,
  featureOf: (feature: number) => number,
): Generator<TaggedSentence> {
  const listsFrom = (first: number): TokenFeatures =>
    Array.from({ length: LISTS / 2 }, (_, kind) =>
      Array.from(features.subarray(listEnds[first + kind - 1] ?? 0, listEnds[first + kind]), featureOf),
    ) as TokenFeatures;
  let first = 0;
  for (const end of tokenEnds) {
    const tokens = Array.from({ length: end - first }, (_, at) => LISTS * (first + at));
    yield {
      tokens: tokens.map((at) => listsFrom(at)),
      unknown: tokens.map((at) => listsFrom(at + LISTS / 2)),
      labels: labels.slice(first, end),
    };
    first = end;
  }
}
