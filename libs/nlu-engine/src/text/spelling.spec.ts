import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editDistance, SpellingCorrector } from './spelling.js';

const corrector = new SpellingCorrector(
  new Map([
    ['password', 9],
    ['printer', 4],
    ['mouse', 2],
    ['house', 5],
    ['mail', 3],
    ['gateway', 0],
    ['x', 1],
  ]),
);

describe('the spelling corrector', () => {
  it.each([
    ['pasword', 'password'],
    ['passwrod', 'password'],
    ['pritner', 'printer'],
    ['prntr', 'prntr'],
    ['mosue', 'mouse'],
    ['maill', 'mail'],
  ])('reads %s as %s', (written, meant) => expect(corrector.correct(written)).toBe(meant));

  it('prefers the more frequent of equally near words', () => expect(corrector.correct('rouse')).toBe('house'));

  it('leaves known words, short words and words with digits alone', () => {
    for (const word of ['mouse', 'gateway', 'y', 'mal', 'mail7']) expect(corrector.correct(word)).toBe(word);
  });

  it('never corrects to a word that is only known', () => expect(corrector.correct('gatewai')).toBe('gatewai'));

  it('repairs any single swap of neighbours in a long word', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), (at) => {
        const word = 'password';
        const swapped = word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2);
        expect(corrector.correct(swapped)).toBe(word);
      }),
    );
  });
});

describe('the edit distance', () => {
  it('is symmetric and zero only between equal texts', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
