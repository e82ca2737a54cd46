import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Gazetteer } from './gazetteer.js';
import { tokenize } from './tokens.js';

const foundIn = (text: string, ...elements: string[]): string[] =>
  new Gazetteer(elements).findAll(tokenize(text)).map(({ start, end }) => text.slice(start, end));

describe('A list of phrases', () => {
  it.each<[string, string[], string[]]>([
    ['my Docking Station is broken', ['docking station'], ['Docking Station']],
    ['my docking, station is broken', ['docking station'], ['docking, station']],
    ['the mousepad is gone', ['mouse'], []],
    ['new york times', ['new york', 'new york times', 'york'], ['new york times']],
    ['york new york', ['new york', 'york'], ['york', 'new york']],
    ['mouse mouse', ['mouse'], ['mouse', 'mouse']],
    ['STRAßE', ['straße'], ['STRAßE']],
    ['nothing', [], []],
    ['', ['mouse'], []],
    ['what?!', ['?!', ''], []],
  ])('in %j, of %j: %j', (text, elements, expected) => {
    expect(foundIn(text, ...elements)).toEqual(expected);
  });

  it('has phrases of at most twelve words', () => {
    const words = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`).join(' ');
    expect(foundIn(words(12), words(12))).toEqual([words(12)]);
    expect(foundIn(words(13), words(13))).toEqual([]);
  });

  it('is found from left to right, each time the longest, and never overlapping', () => {
    const word = fc.constantFrom('a', 'b', 'c');
    const phrases = fc.array(fc.array(word, { minLength: 1, maxLength: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), phrases, (words, phrases) => {
        const known = new Set(phrases.map((phrase) => phrase.join(' ')));
        const expected: [number, number][] = [];
        for (let first = 0; first < words.length; first++) {
          const length = [3, 2, 1].find(
            (length) => first + length <= words.length && known.has(words.slice(first, first + length).join(' ')),
          );
          if (length === undefined) continue;
          expected.push([first, first + length - 1]);
          first += length - 1;
        }
        const found = new Gazetteer([...known]).findAll(tokenize(words.join(' ')));
        expect(found.map(({ first, last }) => [first, last])).toEqual(expected);
      }),
    );
  });
});
