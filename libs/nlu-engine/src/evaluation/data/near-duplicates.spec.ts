import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nearDuplicates } from './near-duplicates.js';

const word = fc.constantFrom('my', 'printer', 'password', 'is', 'broken', 'again', 'please', 'reset', 'the', 'mailbox');
const texts = fc.array(
  fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' ')),
  { maxLength: 30 },
);

/** Jaccard similarity of trigrams, straight from its definition. */
function similarity(a: string, b: string): number {
  const grams = (text: string) =>
    new Set(Array.from({ length: text.length + 1 }, (_, at) => `  ${text} `.slice(at, at + 3)));
  const [first, second] = [grams(a), grams(b)];
  const shared = [...first].filter((gram) => second.has(gram)).length;
  return shared / (first.size + second.size - shared);
}

describe('Near-duplicates', () => {
  it('are texts that differ in a letter, case, punctuation or spacing', () => {
    const list = [
      'the printer on the third floor does not print any more today',
      'I forgot my password',
      'the printers on the third floor does not print any more today',
      'i forgot  my password!',
      'I forgot my passport',
    ];
    expect(nearDuplicates(list).map(({ first, second }) => [first, second])).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  it('are exactly those with a similarity above the threshold', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(0.6, 0.8, 0.9), (list, threshold) => {
        const found = nearDuplicates(list, threshold);
        for (const each of found) {
          expect(each.first).toBeLessThan(each.second);
          expect(each.similarity).toBeGreaterThanOrEqual(threshold);
          expect(each.similarity).toBeCloseTo(similarity(list[each.first]!, list[each.second]!));
        }
        const repeated = new Set(found.map(({ second }) => second));
        const originals = list.flatMap((text, at) => (repeated.has(at) ? [] : [text]));
        for (const [at, text] of originals.entries())
          for (const other of originals.slice(0, at)) expect(similarity(text, other)).toBeLessThan(threshold);
      }),
    );
  });

  it('are found among thousands of texts that are alike', () => {
    const list = Array.from({ length: 5_000 }, (_, at) => `please reset the password of account number ${at % 4_999}`);
    expect(nearDuplicates(list, 1).at(-1)).toEqual({ first: 0, second: 4_999, similarity: 1 });
  });
});
