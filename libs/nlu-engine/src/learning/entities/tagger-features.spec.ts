import { describe, expect, it } from '@jest/globals';
import { tokenize } from '../../text/tokens.js';
import {
  type FeatureSource,
  INTENT,
  taggerFeatures,
  type TokenFeatures,
  unknownWordFeatures,
  WORD,
} from './tagger-features.js';

interface Given {
  known?: RegExp;
  intent?: string | null;
}

const source = (text: string, { known = /./, intent = 'report' }: Given = {}): FeatureSource => ({
  text,
  tokens: tokenize(text),
  intent,
  isKnown: (word) => known.test(word),
});
const featuresOf = (text: string, given?: Given): TokenFeatures[] => {
  const made = source(text, given);
  return taggerFeatures(
    made,
    made.tokens.map(() => []),
  );
};
const sorted = (kinds: TokenFeatures): number[][] => kinds.map((features) => features.toSorted());

describe('the features of a token', () => {
  it('are the same for the same token among the same neighbours, and no others', () => {
    const [once, again] = [featuresOf('my red printer'), featuresOf('my red printer')];
    expect(once).toEqual(again);
    const all = once.flatMap((kinds) => kinds.flat());
    const perToken = once.map((kinds) => new Set(kinds.flat()).size);
    expect(perToken).toEqual(once.map((kinds) => kinds.flat().length));
    expect(new Set(all).size).toBeGreaterThan(Math.max(...perToken));
  });

  it('begin with one that every token has', () => {
    const first = [...featuresOf('my red printer'), ...featuresOf('Hello', { intent: null })].map(
      ([others]) => others[0],
    );
    expect(new Set(first).size).toBe(1);
  });

  it('tell the order of words', () => {
    expect(sorted(featuresOf('a b c')[1]!)).not.toEqual(sorted(featuresOf('c b a')[1]!));
  });

  it('of a word that nobody knows are those that stand for any unknown word', () => {
    const text = 'my qwzrk printer';
    const known = /^(my|printer)$/;
    const unknown = unknownWordFeatures(source(text));
    const [, word, , both] = featuresOf(text, { known })[1]!;
    expect([word, both]).toEqual([unknown[1]![WORD], unknown[1]![WORD | INTENT]]);
    expect(featuresOf('my vlorpt printer', { known })[1]).toEqual(featuresOf(text, { known })[1]);
  });

  it('say nothing about the intent when there is none', () => {
    for (const kinds of featuresOf('my red printer', { intent: null })) {
      expect(kinds[INTENT]).toEqual([]);
      expect(kinds[WORD | INTENT]).toEqual([]);
    }
    for (const kinds of featuresOf('my red printer')) expect(kinds[INTENT]).not.toEqual([]);
  });

  it('tell the class of the words beside it', () => {
    const given = source('my red printer');
    given.tokens[2]!.features.push('class:Noun');
    const counts = (features: TokenFeatures[]): number[] => features.map(([others]) => others.length);
    const [first, second, third] = counts(featuresOf('my red printer')) as [number, number, number];
    expect(counts(taggerFeatures(given, [[], [], []]))).toEqual([first, second + 1, third + 1]);
  });

  it('that featurizers noted of its spelling go with the word, its outline does not', () => {
    const given = source('Printer');
    given.tokens[0]!.features.push('shape:Xx', 'prefix:pr');
    const counts = ([features]: TokenFeatures[]): number[] => features!.map((ofKind) => ofKind.length);
    const [others, word, intent, both] = counts(featuresOf('Printer')) as [number, number, number, number];
    expect(counts(taggerFeatures(given, [['part:1']]))).toEqual([others + 1, word + 2, intent, both]);
  });
});
