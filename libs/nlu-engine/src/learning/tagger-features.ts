import { type Token } from '../text/tokens.js';

/** What stands to the left and right of every text, and in the place of a word that the training does not know. */
const [START, END, UNKNOWN] = ['<s>', '</s>', '<?>'];
/** How far to the beginning and the end of the text is told apart. */
const FARTHEST = 3;
const LONGEST_GAP = 8;

/**
 * What the tagger looks at, for each token: the words up to two to the left and right, pairs of words, the place in the
 * text, the punctuation before and after, the intent, what the featurizers noted about the token, outlines, patterns and
 * clusters of its neighbours, and pairs of the coarsest clusters.
 */
export function taggerFeatures(
  text: string,
  tokens: readonly Token[],
  intent: string | null,
  isKnown: (word: string) => boolean,
): string[][] {
  const word = wordsOf(tokens, isKnown);
  const gaps = gapsOf(text, tokens);
  const clusters = tokens.map((token) => token.features.filter((feature) => feature.startsWith('cluster:')));
  return tokens.map((token, at) => {
    const features = [
      'bias',
      `from=${Math.min(at, FARTHEST)}`,
      `to=${Math.min(tokens.length - 1 - at, FARTHEST)}`,
      `-1=${word(at - 1)}`,
      `+1=${word(at + 1)}`,
      `-2=${word(at - 2)}`,
      `+2=${word(at + 2)}`,
      `-2,-1=${word(at - 2)} ${word(at - 1)}`,
      ...ownWordFeatures(word, at, word(at), intent),
      ...token.features,
    ];
    for (const near of [-1, 1])
      for (const feature of tokens[at + near]?.features ?? [])
        if (feature.startsWith('shape:') || feature.startsWith('pattern:')) features.push(`${near}${feature}`);
    for (const near of [-2, -1, 1, 2])
      for (const cluster of clusters[at + near] ?? []) features.push(`${near}${cluster}`);
    const [coarsest] = clusters[at]!;
    if (coarsest !== undefined)
      for (const near of [-1, 1]) features.push(`0,${near}${coarsest} ${clusters[at + near]?.[0] ?? ''}`);
    if (intent !== null) {
      features.push(`intent=${intent}`);
      for (const cluster of clusters[at]!) features.push(`intent,${cluster} ${intent}`);
    }
    if (gaps[at]) features.push(`before=${gaps[at]}`);
    if (gaps[at + 1]) features.push(`after=${gaps[at + 1]}`);
    return features;
  });
}

/** For each token, what `taggerFeatures` would have of its word if nobody knew it. */
export function unknownWordFeatures(
  tokens: readonly Token[],
  intent: string | null,
  isKnown: (word: string) => boolean,
): string[][] {
  const word = wordsOf(tokens, isKnown);
  return tokens.map((_, at) => ownWordFeatures(word, at, UNKNOWN, intent));
}

const wordsOf =
  (tokens: readonly Token[], isKnown: (word: string) => boolean) =>
  (at: number): string => {
    const token = tokens[at];
    if (!token) return at < 0 ? START : END;
    return isKnown(token.word) ? token.word : UNKNOWN;
  };

const ownWordFeatures = (word: (at: number) => string, at: number, own: string, intent: string | null): string[] => [
  `0=${own}`,
  `-1,0=${word(at - 1)} ${own}`,
  `0,+1=${own} ${word(at + 1)}`,
  ...(intent === null ? [] : [`intent,0=${intent} ${own}`]),
];

/** What is written before each token and after the last, without blanks. */
function gapsOf(text: string, tokens: readonly Token[]): string[] {
  return Array.from({ length: tokens.length + 1 }, (_, at) => {
    const start = tokens[at - 1]?.end ?? 0;
    return text.slice(start, Math.min(tokens[at]?.start ?? text.length, start + LONGEST_GAP)).trim();
  });
}

/** Whether a feature says which word stands at the token, so that an unknown word would not have it. */
export const namesItsWord = (feature: string): boolean =>
  /^(?:0=|-1,0=|0,\+1=|intent,0=|prefix:|suffix:|known:[BI]|part:)/.test(feature);

/** Whether a feature says what the intent of the text is. */
export const namesIntent = (feature: string): boolean => /^intent[=,]/.test(feature);
