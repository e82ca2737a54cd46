import { readEnglishNumber } from './english-numbers.js';
import { readGermanNumber } from './german-numbers.js';
import { type Language } from './language.js';
import { type NumberReader, type NumberToken } from './number-token.js';

/** A number as it stands in a text. */
export interface Amount {
  start: number;
  end: number;
  value: number;
  isOrdinal: boolean;
  /** Part of a larger word (`two-factor`, `10min`): an amount of something perhaps, but no number of its own. */
  isPart: boolean;
}

const READERS: Readonly<Record<Language, NumberReader>> = {
  en: readEnglishNumber,
  de: readGermanNumber,
  other: () => undefined,
};

/** Further numbers of a text are not read: nobody asks for them, and it bounds the work. */
const MAX_AMOUNTS = 200;
// Words of more letters are no numbers; the longest German number below a million has 57.
const TOKEN =
  /(?<![\p{L}\p{N}._@-])-?\d{1,15}(?:[.,]\d{1,15}){0,5}(?![\p{N}_@]|[.,]\d)|(?<![\p{L}\p{N}_])\p{L}{1,64}(?![\p{L}\p{N}_])/gu;
const ENGLISH_ORDINAL = /^(?:st|nd|rd|th)(?![\p{L}\p{N}])/iu;
/** `3.` is an ordinal in German after an article and the like, or before what is counted so; elsewhere a sentence ends. */
const DETERMINER = /(?<!\p{L})(?:de[rmns]|die|das|am|im|zu[mr]|vom|beim|jede[rnms]?)\s$/iu;
const GERMAN_ORDINAL = /^\.(?=\s)/;
const COUNTED_BY_ORDINALS = /^\.\s(?:Stock|Stockwerk|Etage|OG|UG|Mal|Versuch)(?!\p{L})/u;

/** The first numbers of a text, in digits or in the words of the language, from left to right; 200 at most. */
export function readAmounts(text: string, language: Language): Amount[] {
  const tokens = tokensOf(text, language);
  const amounts: Amount[] = [];
  for (let at = 0; at < tokens.length && amounts.length < MAX_AMOUNTS;) {
    const { start, end, digits } = tokens[at]!;
    const read = READERS[language](tokens, at);
    const next = read?.next ?? at + 1;
    if (digits !== undefined && next === at + 1)
      amounts.push(digitAmount(text, { start, end, value: digits }, language));
    else if (read) amounts.push(amountOf(text, { start, end: tokens[next - 1]!.end, ...read }));
    at = next;
  }
  return amounts;
}

function tokensOf(text: string, language: Language): NumberToken[] {
  const tokens: NumberToken[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [written] = match;
    const start = match.index;
    const gap = text.slice(tokens.at(-1)?.end ?? 0, start);
    const digits = readDigits(written, language);
    tokens.push({
      start,
      end: start + written.length,
      word: written.toLowerCase(),
      isJoined: /^(?:\s{1,2}|-)$/.test(gap),
      ...(digits !== undefined && { digits }),
    });
  }
  return tokens;
}

function digitAmount(text: string, span: { start: number; end: number; value: number }, language: Language): Amount {
  const { start, end, value } = span;
  const after = text.slice(end, end + 16);
  const suffix = language === 'en' && value >= 0 ? (ENGLISH_ORDINAL.exec(after)?.[0].length ?? 0) : 0;
  const isGermanOrdinal =
    language === 'de' &&
    value > 0 &&
    GERMAN_ORDINAL.test(after) &&
    (COUNTED_BY_ORDINALS.test(after) || followsDeterminer(text, start));
  const length = isGermanOrdinal ? 1 : suffix;
  return amountOf(text, { ...span, end: end + length, isOrdinal: length > 0 && Number.isInteger(value) });
}

/** Whether an article or the like stands before. */
const followsDeterminer = (text: string, start: number): boolean =>
  DETERMINER.test(text.slice(Math.max(0, start - 8), start));

function amountOf(text: string, { start, end, value, isOrdinal }: Omit<Amount, 'isPart'>): Amount {
  const isPart =
    /^-?\p{L}/u.test(text.slice(end, end + 3)) || /[\p{L}\p{N}_]-?$/u.test(text.slice(Math.max(0, start - 3), start));
  return { start, end, value, isOrdinal, isPart };
}

/**
 * Signs as the language has them: `1,234.5` in English is `1.234,5` in German. A single sign before anything but three
 * digits is a decimal sign in every language.
 */
function readDigits(written: string, language: Language): number | undefined {
  const [thousands, decimal] = language === 'de' ? ['.', ','] : [',', '.'];
  const plain = written.replaceAll(thousands, '').replace(decimal, '.');
  if (isGrouped(written, thousands, decimal)) return Number(plain);
  return /^-?\d+(?:[.,]\d+)?$/.test(written) ? Number(written.replace(',', '.')) : undefined;
}

/** Whether the thousands are set apart. */
function isGrouped(written: string, thousands: string, decimal: string): boolean {
  const [whole = '', ...fraction] = written.replace(/^-/, '').split(decimal);
  const [first = '', ...groups] = whole.split(thousands);
  return fraction.length <= 1 && first.length <= 3 && groups.length > 0 && groups.every(({ length }) => length === 3);
}
