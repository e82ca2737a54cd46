import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAmounts } from './amounts.js';
import { type Language } from './language.js';

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const EINER =
  'null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn'.split(
    ' ',
  );
const ZEHNER = 'zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig'.split(' ');

function inEnglish(value: number): string {
  if (value < 20) return ONES[value]!;
  if (value < 100) return TENS[Math.floor(value / 10) - 2]! + (value % 10 ? `-${ONES[value % 10]!}` : '');
  const [name, size, and] = (
    [
      ['million', 1e6, ' '],
      ['thousand', 1e3, ' '],
      ['hundred', 100, ' and '],
    ] as const
  ).find(([, scale]) => value >= scale)!;
  const rest = value % size;
  const glue = rest > 0 && rest < 100 ? ' and ' : and;
  return `${inEnglish(Math.floor(value / size))} ${name}${rest ? glue + inEnglish(rest) : ''}`;
}

function inGerman(value: number): string {
  const word = belowMillion(value % 1e6);
  const millions = Math.floor(value / 1e6);
  if (millions === 0) return word;
  const head = millions === 1 ? 'eine Million' : `${belowMillion(millions).replace(/ein$/, 'eine')} Millionen`;
  return value % 1e6 ? `${head} ${word}` : head;
}

function belowMillion(value: number): string {
  if (value === 1) return 'eins';
  return composed(value).replace(/ein$/, 'eins');
}

function composed(value: number): string {
  if (value < 20) return EINER[value]!;
  if (value < 100) return (value % 10 ? `${EINER[value % 10]!}und` : '') + ZEHNER[Math.floor(value / 10) - 2]!;
  const [name, size] = value < 1_000 ? (['hundert', 100] as const) : (['tausend', 1_000] as const);
  return composed(Math.floor(value / size)) + name + (value % size ? composed(value % size) : '');
}

const whole = (text: string, language: Language) =>
  readAmounts(text, language).map(({ start, end, value, isOrdinal }) => [text.slice(start, end), value, isOrdinal]);

describe('numbers in words', () => {
  it('are read back in English', () =>
    fc.assert(
      fc.property(
        fc.oneof(fc.nat({ max: 2_000 }), fc.nat({ max: 99_999_999 })),
        fc.constantFrom('', '🙂 '),
        (value, before) => {
          const words = inEnglish(value);
          expect(whole(`${before}${words}.`, 'en')).toEqual([[words, value, false]]);
        },
      ),
    ));

  it('are read back in German', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.nat({ max: 2_000 }),
          fc.nat({ max: 999_999 }),
          fc.nat({ max: 19 }).map((millions) => millions * 1e6 + 5),
        ),
        (value) => {
          const words = inGerman(value);
          expect(whole(`🙂 ${words}.`, 'de')).toEqual([[words, value, false]]);
        },
      ),
    ));

  it.each<[Language, string, number, boolean]>([
    ['en', 'twenty-first', 21, true],
    ['en', 'two hundred and fifth', 205, true],
    ['en', '3rd', 3, true],
    ['en', 'two and a half', 2.5, false],
    ['en', '2.5 million', 2_500_000, false],
    ['en', 'a dozen', 12, false],
    ['en', '1,234.5', 1234.5, false],
    ['de', 'einundzwanzigsten', 21, true],
    ['de', 'siebter', 7, true],
    ['de', 'zweieinhalb', 2.5, false],
    ['de', 'fuenf', 5, false],
    ['de', '1.234,5', 1234.5, false],
    ['de', '3 Mio', 3_000_000, false],
  ])('%s: "%s" is %d', (language, text, value, isOrdinal) =>
    expect(whole(text, language)).toEqual([[text, value, isOrdinal]]),
  );

  it('stay apart when they are not one number', () => {
    expect(whole('two three, twenty twenty, 5 20', 'en').map(([, value]) => value)).toEqual([2, 3, 20, 20, 5, 20]);
    expect(whole('zwei drei, ein Drucker', 'de').map(([, value]) => value)).toEqual([2, 3]);
  });

  it('are read up to a limit', () => {
    expect(readAmounts('1 '.repeat(2_000), 'en')).toHaveLength(200);
    expect(readAmounts('one and '.repeat(500), 'en')).toHaveLength(200);
  });
});
