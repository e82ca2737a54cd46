import { type Token } from '../../text/tokens.js';

/** Kinds of features, as bits: those that an unknown word would not have, and those that say what the intent is. */
export const [WORD, INTENT] = [1, 2];

/**
 * The features of a token by kind, the sum of its bits. Each is a number, the hash of what it is called (feature hashing:
 * Weinberger et al., ICML 2009): texts would take longer to put together and to look up than all the rest. A few of
 * hundreds of thousands share a number, which does no harm.
 */
export type TokenFeatures = [others: number[], word: number[], intent: number[], both: number[]];

/** What features are made from. */
export interface FeatureSource {
  text: string;
  tokens: readonly Token[];
  intent: string | null;
  /** Whether the training knows a word. */
  isKnown: (word: string) => boolean;
}

/** How far to the beginning and the end of the text is told apart. */
const FARTHEST = 3;
const LONGEST_GAP = 8;
/** What stands to the left and right of every text, and in the place of a word that the training does not know. */
const [START, END, UNKNOWN] = [hashOf('<s>'), hashOf('</s>'), hashOf('<?>')];
const IS = {
  bias: hashOf('bias'),
  from: hashOf('from'),
  to: hashOf('to'),
  word: hashOf('word'),
  pair: hashOf('pair'),
  near: hashOf('near'),
  clusters: hashOf('clusters'),
  intent: hashOf('intent'),
  gapBefore: hashOf('gap before'),
  gapAfter: hashOf('gap after'),
};

/**
 * What the tagger looks at, for each token: the words up to two to the left and right, pairs of words, the place in the
 * text, the punctuation before and after, the intent, what featurizers and `phrases` noted about the token, outlines,
 * patterns, word classes and clusters of its neighbours, and pairs of the coarsest clusters.
 */
export function taggerFeatures(source: FeatureSource, phrases: readonly (readonly string[])[]): TokenFeatures[] {
  const { text, tokens } = source;
  const { wordAt, intent } = hashed(source);
  const gaps = gapsOf(text, tokens);
  const hashes = tokens.map(({ features }) => features.map(hashOf));
  const hashesOf = (isMeant: (feature: string) => boolean): number[][] =>
    tokens.map(({ features }, at) => hashes[at]!.filter((_, index) => isMeant(features[index]!)));
  const [ofNeighbours, clusters] = [hashesOf(isOfNeighbours), hashesOf(isCluster)];
  return tokens.map((token, at) => {
    const features = ownWordFeatures(at, wordAt(at), wordAt, intent);
    const [others, , ofIntent] = features;
    others.push(
      // First, so that it gets the number that `crf-weights.ts` begins with.
      IS.bias,
      joined(IS.from, Math.min(at, FARTHEST)),
      joined(IS.to, Math.min(tokens.length - 1 - at, FARTHEST)),
      joined(IS.pair, -2, joined(wordAt(at - 2), wordAt(at - 1))),
    );
    for (const near of [-2, -1, 1, 2]) {
      others.push(joined(IS.word, near, wordAt(at + near)));
      for (const cluster of clusters[at + near] ?? []) others.push(joined(IS.near, near, cluster));
    }
    const [coarsest] = clusters[at]!;
    for (const near of [-1, 1]) {
      for (const feature of ofNeighbours[at + near] ?? []) others.push(joined(IS.near, near, feature));
      if (coarsest !== undefined)
        others.push(joined(IS.clusters, near, joined(coarsest, clusters[at + near]?.[0] ?? 0)));
    }
    if (intent !== null) {
      ofIntent.push(joined(IS.intent, intent));
      for (const cluster of clusters[at]!) ofIntent.push(joined(IS.intent, intent, cluster));
    }
    if (gaps[at]) others.push(joined(IS.gapBefore, hashOf(gaps[at])));
    if (gaps[at + 1]) others.push(joined(IS.gapAfter, hashOf(gaps[at + 1]!)));
    token.features.forEach((feature, index) => features[isOfWord(feature) ? WORD : 0]!.push(hashes[at]![index]!));
    for (const feature of phrases[at]!) features[isOfWord(feature) ? WORD : 0]!.push(hashOf(feature));
    return features;
  });
}

/** For each token, what `taggerFeatures` would have of its word if nobody knew it. */
export function unknownWordFeatures(source: FeatureSource): TokenFeatures[] {
  const { wordAt, intent } = hashed(source);
  return source.tokens.map((_, at) => ownWordFeatures(at, UNKNOWN, wordAt, intent));
}

function ownWordFeatures(
  at: number,
  own: number,
  wordAt: (at: number) => number,
  intent: number | null,
): TokenFeatures {
  const ofWord = [
    joined(IS.word, 0, own),
    joined(IS.pair, -1, joined(wordAt(at - 1), own)),
    joined(IS.pair, 0, joined(own, wordAt(at + 1))),
  ];
  return [[], ofWord, [], intent === null ? [] : [joined(IS.word, intent, own)]];
}

function hashed({ tokens, intent, isKnown }: FeatureSource): { wordAt: (at: number) => number; intent: number | null } {
  const words = tokens.map(({ word }) => (isKnown(word) ? hashOf(word) : UNKNOWN));
  return {
    wordAt: (at) => words[at] ?? (at < 0 ? START : END),
    intent: intent === null ? null : hashOf(intent),
  };
}

const isCluster = (feature: string): boolean => feature.startsWith('cluster:');
const OF_NEIGHBOURS = ['shape:', 'pattern:', 'class:'];
const isOfNeighbours = (feature: string): boolean => OF_NEIGHBOURS.some((start) => feature.startsWith(start));
const OF_WORD = ['prefix:', 'suffix:', 'known:B', 'known:I', 'part:'];
const isOfWord = (feature: string): boolean => OF_WORD.some((start) => feature.startsWith(start));

/** What is written before each token and after the last, without blanks. */
function gapsOf(text: string, tokens: readonly Token[]): string[] {
  return Array.from({ length: tokens.length + 1 }, (_, at) => {
    const start = tokens[at - 1]?.end ?? 0;
    return text.slice(start, Math.min(tokens[at]?.start ?? text.length, start + LONGEST_GAP)).trim();
  });
}

/** FNV-1a (Fowler, Noll and Vo) of UTF-16 units, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash | 0;
}

/** The hash of a sequence, in which the order counts; the constants are those of MurmurHash3's last step. */
function joined(first: number, second: number, third = 0): number {
  let hash = Math.imul(first ^ (first >>> 16), 0x85ebca6b) ^ second;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) ^ third;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
