/**
 * Regular expressions written by an assistant's author, run on text from strangers. JavaScript's engine backtracks, so
 * a pattern is compiled only in a form whose work is bounded: it sees at most `MAX_TEXT` characters, an open repetition
 * matches at most a bounded number of times, and a repetition inside an open repetition is refused.
 */
const MAX_TEXT = 1_000;
const MAX_PATTERN_LENGTH = 1_000;
/** Ways that one starting position may be tried; the product of what each repetition can vary. */
const MAX_WAYS = 50_000;
const MAX_REPEATS = 128;
const MIN_REPEATS = 14;
/** More alternatives than this seldom begin alike. */
const MAX_ALTERNATIVE_WAYS = 3;

/** Why a pattern is refused, as a clause that follows the pattern's name. */
export class PatternError extends Error {}

export interface Span {
  start: number;
  end: number;
}

interface Piece {
  text: string;
  /** Present when the piece is an open repetition, whose bound is decided last: its minimum and lazy mark. */
  open?: { min: number; lazy: string };
}
interface Shape {
  /** Product of the choices of bounded repetitions and of alternatives. */
  ways: number;
  openCount: number;
  hasAlternatives: boolean;
  /** Whether everything in it repeats a fixed number of times. */
  isFixed: boolean;
}

export class BoundedPattern {
  private readonly expression: RegExp;

  /** @throws PatternError when the pattern is not valid or its work cannot be bounded. */
  constructor(
    readonly source: string,
    readonly isCaseSensitive: boolean,
  ) {
    const insensitive = source.startsWith('(?i)');
    const bounded = bound(source.replace(/^\(\?i\)/, '').replaceAll('(?P<', '(?<'));
    const flags = isCaseSensitive && !insensitive ? 'g' : 'gi';
    try {
      this.expression = compile(bounded, flags);
    } catch (error) {
      throw new PatternError(`is not a valid regular expression (${(error as Error).message})`);
    }
  }

  /** Non-empty matches, left to right. */
  findAll(text: string): Span[] {
    return [...text.slice(0, MAX_TEXT).matchAll(this.expression)]
      .filter((match) => match[0] !== '')
      .map((match) => ({ start: match.index, end: match.index + match[0].length }));
  }
}

// Unicode mode refuses some escapes that Python takes (e.g. `\-`); those patterns run in the older mode.
function compile(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, `${flags}u`);
  } catch {
    return new RegExp(pattern, flags);
  }
}

function bound(source: string): string {
  if (source.length > MAX_PATTERN_LENGTH) throw new PatternError(`is longer than ${MAX_PATTERN_LENGTH} characters`);
  const { pieces, shape } = new Reader(source).readAll();
  let repeats = MAX_REPEATS;
  if (shape.openCount > 1) repeats = Math.min(repeats, Math.floor((MAX_WAYS / shape.ways) ** (1 / shape.openCount)));
  if (repeats < MIN_REPEATS || shape.ways > MAX_WAYS)
    throw new PatternError('has too many repetitions of variable length; use fewer `*`, `+`, `?` and `{n,m}`');
  return pieces
    .map(({ text, open }) => text + (open ? `{${open.min},${Math.max(open.min, repeats)}}${open.lazy}` : ''))
    .join('');
}

/** Reads just as much of the syntax as it takes to see repetitions and what they repeat. */
class Reader {
  private at = 0;
  private readonly pieces: Piece[] = [];

  constructor(private readonly source: string) {}

  readAll(): { pieces: Piece[]; shape: Shape } {
    const shape = this.readSequence();
    if (this.at < this.source.length) throw new PatternError('has a closing parenthesis too many');
    return { pieces: this.pieces, shape };
  }

  private readSequence(): Shape {
    const shape: Shape = { ways: 1, openCount: 0, hasAlternatives: false, isFixed: true };
    let alternatives = 1;
    while (this.at < this.source.length && this.source[this.at] !== ')') {
      if (this.source[this.at] === '|') {
        alternatives++;
        this.take(1);
        continue;
      }
      const item = this.readItem();
      this.readQuantifier(item);
      shape.ways *= item.ways;
      shape.openCount += item.openCount;
      shape.hasAlternatives ||= item.hasAlternatives;
      shape.isFixed &&= item.isFixed;
    }
    shape.ways *= Math.min(alternatives, MAX_ALTERNATIVE_WAYS);
    shape.hasAlternatives ||= alternatives > 1;
    return shape;
  }

  private readItem(): Shape {
    const simple: Shape = { ways: 1, openCount: 0, hasAlternatives: false, isFixed: true };
    const rest = this.source.slice(this.at);
    if (rest.startsWith('\\')) {
      if (/^\\(?:[1-9]|k<)/.test(rest)) throw new PatternError('refers back to a group, which is not supported');
      this.take(
        /^\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|c[A-Za-z]|[^])/.exec(rest)?.[0].length ?? 1,
      );
      return simple;
    }
    if (rest.startsWith('[')) {
      this.take(/^\[\^?(?:\\[^]|[^\\\]])*\]/.exec(rest)?.[0].length ?? rest.length);
      return simple;
    }
    if (!rest.startsWith('(')) {
      this.take(String.fromCodePoint(rest.codePointAt(0)!).length);
      return simple;
    }
    this.take(/^\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/.exec(rest)![0].length);
    const inside = this.readSequence();
    if (this.source[this.at] !== ')') throw new PatternError('has an open parenthesis too many');
    this.take(1);
    return inside;
  }

  /** Multiplies the item's shape by its quantifier, if there is one. */
  private readQuantifier(item: Shape): void {
    const match = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})(\??)/.exec(this.source.slice(this.at));
    if (!match) return;
    const [all, sign, low, comma, high, lazy] = match;
    const min = sign ? (sign === '+' ? 1 : 0) : Number(low);
    const max = sign ? (sign === '?' ? 1 : Infinity) : comma ? (high ? Number(high) : Infinity) : min;
    if (max > MAX_REPEATS) {
      if (!item.isFixed || item.hasAlternatives)
        throw new PatternError(
          'repeats a group that itself repeats or has alternatives without limit, which can take for ever; ' +
            'give the outer repetition a limit such as {0,3}',
        );
      this.at += all.length;
      this.pieces.push({ text: '', open: { min: Math.min(min, MAX_REPEATS), lazy: lazy ?? '' } });
      item.openCount += 1;
      item.isFixed = false;
      return;
    }
    item.ways = item.ways ** Math.max(1, max) * (max - min + 1);
    item.openCount *= Math.max(1, max);
    item.isFixed &&= max === min;
    this.take(all.length);
  }

  private take(length: number): void {
    this.pieces.push({ text: this.source.slice(this.at, this.at + length) });
    this.at += length;
  }
}
