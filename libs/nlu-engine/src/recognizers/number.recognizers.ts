import { byPattern, type Recognizer } from './recognizer.js';

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = '_ _ twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const ORDINALS = '_ first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ');

const words = (list: string[]): string => list.filter((word) => word !== '_').join('|');
const NUMBER_WORDS = new RegExp(
  String.raw`(?<![\p{L}\p{N}-])(?:(?:${words(TENS)})(?:[ -](?:${words(ONES.slice(1, 10))}))?|${words(ONES.toReversed())})(?![\p{L}\p{N}-])`,
  'giu',
);
const ORDINAL_WORDS = new RegExp(String.raw`(?<![\p{L}\p{N}-])(?:${words(ORDINALS)})(?![\p{L}\p{N}-])`, 'giu');

const digits = byPattern(/(?<![\p{L}\p{N}._@-])-?\d{1,15}(?:[.,]\d{1,15}){0,5}(?![\p{L}\p{N}_@]|[.,]\d)/gu, (text) => {
  const value = readDigits(text);
  return value === undefined ? undefined : { value, type: 'value' };
});
const spelled = byPattern(NUMBER_WORDS, (text) => {
  const sum = text
    .toLowerCase()
    .split(/[ -]/)
    .reduce((total, word) => total + (TENS.includes(word) ? TENS.indexOf(word) * 10 : ONES.indexOf(word)), 0);
  return { value: sum, type: 'value' };
});

/** Numbers in digits (`1,234.5`, `3.5`, `-2`) and English number words up to ninety-nine. */
export const number: Recognizer = (text) => [...digits(text), ...spelled(text)].sort((a, b) => a.start - b.start);

const ordinalDigits = byPattern(/(?<![\p{L}\p{N}])\d{1,9}(?:st|nd|rd|th)(?![\p{L}\p{N}])/giu, (text) => ({
  value: Number.parseInt(text, 10),
  type: 'value',
}));
const ordinalSpelled = byPattern(ORDINAL_WORDS, (text) => ({
  value: ORDINALS.indexOf(text.toLowerCase()),
  type: 'value',
}));

/** Ordinals in digits (`3rd`) and English ordinal words up to twelfth. */
export const ordinal: Recognizer = (text) =>
  [...ordinalDigits(text), ...ordinalSpelled(text)].sort((a, b) => a.start - b.start);

/** A comma before groups of three separates thousands; a single comma before anything else is a decimal comma. */
function readDigits(text: string): number | undefined {
  if (/^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text)) return Number(text.replaceAll(',', ''));
  if (/^-?\d+(?:[.,]\d+)?$/.test(text)) return Number(text.replace(',', '.'));
  return undefined;
}
