import { type NumberReading, type NumberToken } from './number-token.js';

const ONES = new Map([
  ['ein', 1],
  ['zwei', 2],
  ['zwo', 2],
  ['drei', 3],
  ['vier', 4],
  ['fünf', 5],
  ['sechs', 6],
  ['sieben', 7],
  ['acht', 8],
  ['neun', 9],
]);
const TEENS = new Map([
  ['zehn', 10],
  ['elf', 11],
  ['zwölf', 12],
  ['dreizehn', 13],
  ['vierzehn', 14],
  ['fünfzehn', 15],
  ['sechzehn', 16],
  ['siebzehn', 17],
  ['achtzehn', 18],
  ['neunzehn', 19],
]);
const TENS = new Map([
  ['zwanzig', 20],
  ['dreissig', 30],
  ['vierzig', 40],
  ['fünfzig', 50],
  ['sechzig', 60],
  ['siebzig', 70],
  ['achtzig', 80],
  ['neunzig', 90],
]);
const SCALES = new Map([
  ['tausend', 1e3],
  ['dutzend', 12],
  ['million', 1e6],
  ['millionen', 1e6],
  ['mio', 1e6],
  ['milliarde', 1e9],
  ['milliarden', 1e9],
  ['mrd', 1e9],
]);
const IRREGULAR_ORDINALS = new Map([
  ['erst', 'eins'],
  ['dritt', 'drei'],
  ['siebt', 'sieben'],
  ['acht', 'acht'],
]);

/** Without one of these before them, `achte` and `achten` are verbs. */
const DETERMINER = /^(?:de[rmns]|die|das|am|im|zu[mr]|vom|beim|jede[rnms]?)$/;

/**
 * Reads a German number in words, in digits, or in digits with a word for its size: `zweihundertfünf`, `eine Million
 * dreitausend`, `2,5 Millionen`, `anderthalb`; or an ordinal: `dritte`, `einundzwanzigsten`. The article `ein` is no
 * number unless a word for a size follows.
 */
export function readGermanNumber(tokens: readonly NumberToken[], first: number): NumberReading | undefined {
  let at = first;
  let total = 0;
  let limit = Infinity;
  while (at < tokens.length && limit > 1 && (at === first || tokens[at]!.isJoined)) {
    const { word, digits } = tokens[at]!;
    const next = tokens[at + 1];
    const scale = next?.isJoined ? SCALES.get(next.word) : undefined;
    const isArticle = scale !== undefined && /^eine?[nrms]?$/.test(word);
    const value = isArticle ? 1 : (digits ?? numberOfWord(word));
    const isSecondInDigits = at > first && digits !== undefined;
    if (value === undefined || isSecondInDigits || (scale ?? value) >= limit) break;
    total += value * (scale ?? 1);
    at += scale === undefined ? 1 : 2;
    // Nothing more follows a dozen or a number without a word for its size.
    limit = scale !== undefined && scale >= 1_000 ? scale : 0;
  }
  if (at > first) return { value: Number(total.toPrecision(15)), next: at, isOrdinal: false };
  const before = tokens[first]?.isJoined ? tokens[first - 1]?.word : undefined;
  const ordinal = ordinalOfWord(tokens[first]?.word ?? '', DETERMINER.test(before ?? ''));
  return ordinal === undefined ? undefined : { value: ordinal, next: first + 1, isOrdinal: true };
}

function ordinalOfWord(word: string, hasDeterminer: boolean): number | undefined {
  const stem = /^(.{2,60}t)e[rnms]?$/.exec(word)?.[1];
  if (stem === undefined || (stem === 'acht' && !hasDeterminer)) return undefined;
  for (const [ending, cardinal] of IRREGULAR_ORDINALS)
    if (stem.endsWith(ending)) {
      const value = numberOfWord(stem.slice(0, -ending.length) + cardinal);
      if (value !== undefined) return value;
    }
  return numberOfWord(stem.slice(0, -1)) ?? numberOfWord(stem.slice(0, -2));
}

/** The value of one word below a million. */
function numberOfWord(written: string): number | undefined {
  const word = written.replaceAll('ß', 'ss').replaceAll('fuenf', 'fünf').replaceAll('zwoelf', 'zwölf');
  if (word === 'null') return 0;
  if (word === 'ein') return undefined;
  if (word === 'anderthalb') return 1.5;
  if (word.endsWith('einhalb')) {
    const whole = belowHundred(word.slice(0, -'einhalb'.length));
    return whole === undefined ? undefined : whole + 0.5;
  }
  return composed(word, 'tausend', 1_000, belowThousand);
}

const belowThousand = (word: string): number | undefined => composed(word, 'hundert', 100, belowHundred);

/** `<count>hundert<rest>`: a missing count is one, a missing rest nothing. */
function composed(
  word: string,
  scale: string,
  factor: number,
  readPart: (part: string) => number | undefined,
): number | undefined {
  const at = word.indexOf(scale);
  if (at < 0) return readPart(word);
  const count = at === 0 ? 1 : readPart(word.slice(0, at));
  const after = word.slice(at + scale.length).replace(/^und(?!$)/, '');
  const rest = after === '' ? 0 : readPart(after);
  return count === undefined || rest === undefined ? undefined : count * factor + rest;
}

function belowHundred(word: string): number | undefined {
  if (word === 'eins') return 1;
  const simple = ONES.get(word) ?? TEENS.get(word) ?? TENS.get(word);
  if (simple !== undefined) return simple;
  const at = word.indexOf('und');
  const ones = ONES.get(word.slice(0, Math.max(0, at)));
  const tens = TENS.get(word.slice(at + 3));
  return ones === undefined || tens === undefined ? undefined : ones + tens;
}
