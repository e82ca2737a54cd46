import { type Token } from '../text/tokens.js';

/**
 * What the tagger looks at, for each token: the words up to two to the left and right, pairs with the neighbours, the
 * punctuation before and after, what the featurizers noted about the token, and outlines and patterns of its neighbours.
 */
export function taggerFeatures(text: string, tokens: readonly Token[]): string[][] {
  const word = (at: number): string => tokens[at]?.word ?? (at < 0 ? '<s>' : '</s>');
  const gap = (at: number): string =>
    text
      .slice(tokens[at - 1]?.end ?? 0, Math.min(tokens[at]?.start ?? text.length, (tokens[at - 1]?.end ?? 0) + 8))
      .trim();
  return tokens.map((token, at) => {
    const features = [
      'bias',
      `0=${word(at)}`,
      `-1=${word(at - 1)}`,
      `+1=${word(at + 1)}`,
      `-2=${word(at - 2)}`,
      `+2=${word(at + 2)}`,
      `-1,0=${word(at - 1)} ${word(at)}`,
      `0,+1=${word(at)} ${word(at + 1)}`,
      `-2,-1=${word(at - 2)} ${word(at - 1)}`,
      ...token.features,
    ];
    for (const near of [-1, 1])
      for (const feature of tokens[at + near]?.features ?? [])
        if (feature.startsWith('shape:') || feature.startsWith('pattern:')) features.push(`${near}${feature}`);
    const before = gap(at);
    const after = gap(at + 1);
    if (before) features.push(`before=${before}`);
    if (after) features.push(`after=${after}`);
    return features;
  });
}

/** Whether a feature says which word stands at the token, so that an unknown word would not have it. */
export const namesItsWord = (feature: string): boolean => /^(?:0=|-1,0=|0,\+1=|prefix:|suffix:)/.test(feature);
