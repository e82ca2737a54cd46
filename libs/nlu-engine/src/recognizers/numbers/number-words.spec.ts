import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAmounts } from './amounts.js';
import { type Language } from './language.js';

const ENGLISH =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const ENGLISH_TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const GERMAN =
  'null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn'.split(
    ' ',
  );
const GERMAN_TENS = 'zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig'.split(' ');

/** A number below a billion in English words, with an `and` where the British say one. */
function english(value: number, hasAnd: boolean): string {
  if (value < 20) return ENGLISH[value]!;
  if (value < 100)
    return [ENGLISH_TENS[Math.floor(value / 10) - 2], ...(value % 10 ? [ENGLISH[value % 10]] : [])].join('-');
  const [size, word] =
    value < 1_000 ? [100, 'hundred'] : value < 1_000_000 ? [1_000, 'thousand'] : [1_000_000, 'million'];
  const rest = value % size;
  const tail = rest === 0 ? '' : hasAnd && rest < 100 ? ` and ${english(rest, hasAnd)}` : ` ${english(rest, hasAnd)}`;
  return `${english(Math.floor(value / size), hasAnd)} ${word}${tail}`;
}

/** A number below a million in German, which is one word. */
function german(value: number, isCount = false): string {
  if (value === 1 && isCount) return 'ein';
  if (value < 20) return GERMAN[value]!;
  if (value < 100)
    return `${value % 10 ? `${german(value % 10, true)}und` : ''}${GERMAN_TENS[Math.floor(value / 10) - 2]}`;
  const [size, word] = value < 1_000 ? [100, 'hundert'] : [1_000, 'tausend'];
  const rest = value % size;
  return `${german(Math.floor(value / size), true)}${word}${rest ? german(rest) : ''}`;
}

const read = (text: string, language: Language) =>
  readAmounts(text, language).map(({ start, end, value, isOrdinal }) => ({
    text: text.slice(start, end),
    value,
    isOrdinal,
  }));
const upTo = (size: number) =>
  fc.oneof(
    fc.integer({ min: 1, max: size - 1 }),
    fc.integer({ min: 1, max: 120 }),
    fc.constantFrom(100, 1_000, 1_001, 1_100, 99_999),
  );

describe('A number in words', () => {
  it('is read back in English, with and without an "and", whatever its size', () => {
    fc.assert(
      fc.property(upTo(1_000_000_000), fc.boolean(), (value, hasAnd) => {
        const text = english(value, hasAnd);
        expect(read(text, 'en')).toEqual([{ text, value, isOrdinal: false }]);
      }),
      { numRuns: 300 },
    );
  });

  it('is read back in German, whatever its size, also with ss for ß', () => {
    fc.assert(
      fc.property(upTo(1_000_000), fc.boolean(), (value, isSwiss) => {
        const text = isSwiss ? german(value).replaceAll('ß', 'ss') : german(value);
        expect(read(text, 'de')).toEqual([{ text, value, isOrdinal: false }]);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[Language, string, number]>([
    ['en', 'a dozen', 12],
    ['en', 'two and a half', 2.5],
    ['en', '2.5 million', 2_500_000],
    ['en', 'a hundred and one', 101],
    ['en', '3 hundred', 300],
    ['de', 'anderthalb', 1.5],
    ['de', 'zweieinhalb', 2.5],
    ['de', '2,5 Millionen', 2_500_000],
    ['de', 'eine Million dreitausend', 1_003_000],
    ['de', 'hundertfuenf', 105],
    ['de', 'ein Dutzend', 12],
  ])('in %s is also written %j', (language, text, value) => {
    expect(read(text, language)).toEqual([{ text, value, isOrdinal: false }]);
  });

  it.each<[Language, string, string]>([
    ['en', 'two hundred and more', 'two hundred'],
    ['en', 'three and four', 'three'],
    ['de', 'zweihundert und mehr', 'zweihundert'],
  ])('in %s ends in %j with %j', (language, text, number) => {
    expect(read(text, language)[0]?.text).toBe(number);
  });

  it.each<[Language, string, number]>([
    ['en', 'twenty-first', 21],
    ['en', 'ninth', 9],
    ['en', 'two hundredth', 200],
    ['en', 'hundred and third', 103],
    ['de', 'dritte', 3],
    ['de', 'einundzwanzigsten', 21],
    ['de', 'siebter', 7],
    ['de', 'hunderterste', 101],
  ])('in %s can be an ordinal: %j', (language, text, value) => {
    expect(read(text, language)).toEqual([{ text, value, isOrdinal: true }]);
  });

  it.each<[Language, string]>([
    ['en', 'a printer'],
    ['en', 'wait a second'],
    ['de', 'ein Drucker'],
    ['de', 'ich achte darauf'],
    ['de', 'undzwanzig'],
    ['de', 'hundertund'],
  ])('in %s is not in %j', (language, text) => {
    expect(read(text, language)).toEqual([]);
  });
});
