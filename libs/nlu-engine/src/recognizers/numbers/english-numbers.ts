import { type NumberReading, type NumberToken } from './number-token.js';

const numbered = (words: string, first: number, step: number): Map<string, number> =>
  new Map(words.split(' ').map((word, at) => [word, first + at * step]));

const SMALL = numbered(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
  0,
  1,
);
const TENS = numbered('twenty thirty forty fifty sixty seventy eighty ninety', 20, 10);
const SCALES = new Map([
  ['dozen', 12],
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
]);
const SMALL_ORDINALS = numbered(
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth',
  1,
  1,
);
const TENS_ORDINALS = numbered('twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth', 20, 10);
/** `wait a second please`: before these, or at the end, a second is a time. */
const AFTER_TIME = new Set(['please', 'ago', 'later', 'and', 'or', 'to', 'i', 'before', 'after', 'while']);

/**
 * Reads an English number or ordinal in words, in digits, or in digits with a word for its size: `two hundred and five`,
 * `twenty-first`, `2.5 million`, `two and a half`.
 */
export const readEnglishNumber = (tokens: readonly NumberToken[], at: number): NumberReading | undefined =>
  isTimeUnit(tokens, at) ? undefined : new EnglishReader(tokens, at).read();

/** Whether the token is the unit of time `second` and not the ordinal. */
function isTimeUnit(tokens: readonly NumberToken[], at: number): boolean {
  const [before, token, after] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  if (token?.word !== 'second' || !token.isJoined || !before) return false;
  if (before.word === 'a') return !after?.isJoined || AFTER_TIME.has(after.word);
  return before.digits !== undefined || /^(?:one|per|every)$/.test(before.word);
}

class EnglishReader {
  private at: number;
  private isOrdinal = false;

  constructor(
    private readonly tokens: readonly NumberToken[],
    private readonly first: number,
  ) {
    this.at = first;
  }

  read(): NumberReading | undefined {
    let total = 0;
    let limit = Infinity;
    while (limit > 1 && !this.isOrdinal) {
      const before = this.at;
      if (before > this.first && this.word() === 'and') this.at++;
      const group = this.group(before === this.first);
      const scale = SCALES.get(this.word());
      if (group === undefined || (scale ?? group) >= limit) {
        this.at = before;
        this.isOrdinal = false;
        break;
      }
      total += group * (scale ?? 1);
      if (scale !== undefined && !this.isOrdinal) this.at++;
      // Nothing more follows a dozen or a number without a word for its size.
      limit = scale !== undefined && scale >= 1_000 ? scale : 0;
    }
    if (this.at === this.first) return undefined;
    if (!this.isOrdinal && this.takes('and', 'a', 'half')) total += 0.5;
    return { value: Number(total.toPrecision(15)), next: this.at, isOrdinal: this.isOrdinal };
  }

  /** Below a thousand, or where `mayBeDigits` any number in digits. `a` counts only before a word for a size. */
  private group(mayBeDigits: boolean): number | undefined {
    const digits = this.current()?.digits;
    if (digits !== undefined) {
      if (!mayBeDigits) return undefined;
      this.at++;
      return this.takes('hundred') ? digits * 100 : digits;
    }
    const following = this.word(1);
    if (this.word() === 'a' && (following === 'hundred' || SCALES.has(following))) this.at++;
    else if (this.word() !== 'hundred') return this.hundreds(this.belowHundred());
    return this.hundreds(1);
  }

  /** What `count` is with `hundred` after it, and with what follows that. */
  private hundreds(count: number | undefined): number | undefined {
    if (count === undefined || this.isOrdinal) return count;
    if (this.word() === 'hundredth') return this.end(count * 100);
    if (!this.takes('hundred')) return count;
    const before = this.at;
    this.takes('and');
    const rest = this.belowHundred();
    if (rest === undefined) this.at = before;
    return count * 100 + (rest ?? 0);
  }

  private belowHundred(): number | undefined {
    const word = this.word();
    const ordinal = SMALL_ORDINALS.get(word) ?? TENS_ORDINALS.get(word);
    if (ordinal !== undefined) return this.end(ordinal);
    const small = SMALL.get(word);
    const tens = TENS.get(word);
    if (small === undefined && tens === undefined) return undefined;
    this.at++;
    if (tens === undefined) return small;
    const last = SMALL_ORDINALS.get(this.word());
    if (last !== undefined && last < 10) return this.end(tens + last);
    const ones = SMALL.get(this.word());
    if (ones === undefined || ones === 0 || ones >= 10) return tens;
    this.at++;
    return tens + ones;
  }

  /** Takes the ordinal in turn, which ends the number. */
  private end(value: number): number {
    this.isOrdinal = true;
    this.at++;
    return value;
  }

  /** Takes all of the words, or none. */
  private takes(...words: string[]): boolean {
    const areNext = words.every((word, ahead) => this.word(ahead) === word);
    if (areNext) this.at += words.length;
    return areNext;
  }

  private current(ahead = 0): NumberToken | undefined {
    const at = this.at + ahead;
    return at === this.first || this.tokens[at]?.isJoined ? this.tokens[at] : undefined;
  }

  /** The word in turn; empty when there is none that belongs to what was read so far. */
  private word(ahead = 0): string {
    return this.current(ahead)?.word ?? '';
  }
}
