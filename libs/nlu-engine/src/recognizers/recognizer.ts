import { type Amount, readAmounts } from './numbers/amounts.js';
import { type Language } from './numbers/language.js';

/** What decides how an expression is understood. */
export interface Setting {
  readonly language: Language;
  /** IANA name. */
  readonly timezone: string;
  /** What relative times are relative to; without it only expressions with a date of their own are times. */
  readonly now?: Date;
}

/** A text to be searched by several recognizers, which share what takes longer to find out. */
export class Source {
  private knownAmounts?: readonly Amount[];

  constructor(
    readonly text: string,
    readonly setting: Setting,
  ) {}

  /** The numbers of the text, in digits or words, in order (`readAmounts`). */
  get amounts(): readonly Amount[] {
    return (this.knownAmounts ??= readAmounts(this.text, this.setting.language));
  }
}

/** A value found in a text, in the terms of Duckling: its resolved value object. Offsets are UTF-16, `end` exclusive. */
export interface Finding {
  start: number;
  end: number;
  value: DucklingValue;
}

/** Most have `value`; an interval of time has `from` and `to` instead. */
export interface DucklingValue {
  value?: unknown;
  [detail: string]: unknown;
}

/** Finds the values of one dimension. Takes time linear in the text. */
export type Recognizer = (source: Source) => Finding[];

/**
 * A recognizer for everything that a pattern matches and that `read` does not refuse.
 *
 * @throws Error for a pattern with an open repetition: only bounded ones keep the work at each character constant.
 */
export function byPattern(
  pattern: RegExp,
  read: (text: string, source: Source) => DucklingValue | undefined,
): Recognizer {
  if (hasOpenRepetition(pattern)) throw new Error(`The repetitions of ${String(pattern)} need a limit.`);
  return (source) => {
    const findings: Finding[] = [];
    for (const match of source.text.matchAll(pattern)) {
      const value = read(match[0], source);
      if (value) findings.push({ start: match.index, end: match.index + match[0].length, value });
    }
    return findings;
  };
}

/** Whether `*`, `+` or `{n,}` stand in a pattern, other than as literals. */
export const hasOpenRepetition = ({ source }: RegExp): boolean =>
  /[*+]|\{\d+,\}/.test(source.replace(/\\(?:[pP]\{[^}]*\}|[^])/g, '').replace(/\[[^\]]*\]/g, ''));
