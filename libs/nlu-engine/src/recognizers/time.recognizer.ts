import { type ParsedResult } from 'chrono-node';
import { type DucklingValue, type Finding, type Recognizer, type Setting, type Source } from './recognizer.js';
import { DIALECTS } from './time-dialects.js';
import { spanOf, valueOf } from './time-value.js';
import { offsetAt } from './time-zone.js';

/**
 * Chrono's work grows with the square of what it finds. It sees pieces of this length at most, in the first characters
 * only, and no more once there were so many cues: nobody means that many times.
 */
const PIECE = 160;
const SEARCHED = 2_000;
const MAX_CUES = 24;

/** Words before a time that make it the beginning or the end of an open interval. */
const OPENING = /(?<![\p{L}\p{N}])(since|after|from|seit|ab|nach|until|till|before|bis|vor)\s$/iu;
const IS_BEGINNING = /^(?:since|after|from|seit|ab|nach)$/i;
const PREPOSITION = /(?<!\p{L})(?:in|on|im|am)\s$/iu;
const GREETING = /(?<!\p{L})(?:good|guten?|schöne[ns]?|nice|great|lovely|happy)\s$/iu;
const DAY_PART = /^(?:morning|afternoon|evening|night|morgen|abend|nachmittag|nacht)$/i;
const VERSION = /(?:version|release|v|\p{L}-)\s?$/iu;
/** Without one of these, a relative time of Chrono is a mere duration. */
const DIRECTION =
  /^(?:in|within|vor|innerhalb|binnen)(?!\p{L})|(?<!\p{L})(?:ago|later|from now|earlier)$|^(?:the )?(?:last|next|past|this|previous) \p{L}+(?<!s)$|^(?:letzte|vorige|vergangene|nächste|diese)/iu;

/** References that have no part in common: what is the same for both does not depend on when it was written. */
const TWO_REFERENCES = [new Date('2001-02-03T04:05:06Z'), new Date('2022-11-24T19:38:47Z')] as const;

/**
 * Times, dates and their intervals, found by Chrono and a few parsers of our own, in Duckling's shape: grain, value with
 * the offset of the time zone, the next three of what recurs (`Monday`, `9:30`), `from` and `to` of intervals (`to` is
 * the first moment after). Parts of the day and weekends are intervals; so are times after `since` and `until`. Like
 * Duckling, takes what may be past or future for the future, but after `since` for the past.
 */
export const time: Recognizer = (source) => {
  const { now } = source.setting;
  if (now && !Number.isNaN(now.getTime())) return find(source, now);
  const [some = [], others = []] = TWO_REFERENCES.map((reference) => find(source, reference));
  const same = new Set(others.map((finding) => JSON.stringify(finding)));
  return some.filter((finding) => same.has(JSON.stringify(finding)));
};

function find({ text, setting }: Source, now: Date): Finding[] {
  const { chrono, rewordings } = DIALECTS[setting.language];
  const reference = { instant: now, timezone: offsetAt(now.getTime(), setting.timezone) };
  return piecesOf(text, setting).flatMap(({ start, end }) => {
    let piece = text.slice(start, end);
    for (const [pattern, reword] of rewordings) piece = piece.replace(pattern, reword);
    return chrono.parse(piece, reference).flatMap((result) => {
      const finding = readResult(text, start, result, { ...setting, now });
      return finding ? [finding] : [];
    });
  });
}

/** The parts of a text in which there may be a time; cut where white space is, if there is any. They end at `MAX_CUES`. */
export function piecesOf(text: string, { language }: Setting): { start: number; end: number }[] {
  const pieces: { start: number; end: number }[] = [];
  const { cue } = DIALECTS[language];
  const cues = Array.from(text.slice(0, SEARCHED).matchAll(cue), ({ index }) => index);
  const searched = text.slice(0, cues[MAX_CUES] ?? SEARCHED);
  for (let start = 0; start < searched.length;) {
    const space = searched.slice(start, start + PIECE).search(/\s\S{0,160}$/u);
    const isLast = searched.length - start <= PIECE;
    const end = isLast ? searched.length : space > 0 ? start + space : start + PIECE;
    if (cues.some((at) => at >= start && at < end)) pieces.push({ start, end });
    start = end;
  }
  return pieces;
}

function readResult(
  text: string,
  offset: number,
  result: ParsedResult,
  setting: Setting & { now: Date },
): Finding | undefined {
  const at = offset + result.index;
  const found = text.slice(at, at + result.text.length);
  const written = found.replace(/^[\s,]{1,9}|[\s,]{1,9}$/g, '');
  const start = at + found.indexOf(written);
  const end = start + written.length;
  const before = text.slice(Math.max(0, start - 12), start);
  if (written === '' || !standsAlone(text, start, end) || isNoTime(result, written, before, text.slice(end), setting))
    return undefined;
  const [opening = '', word] = (result.end ? undefined : OPENING.exec(before)) ?? [];
  const isBeginning = word === undefined ? undefined : IS_BEGINNING.test(word);
  const span = spanOf(result, written, { ...setting, isPast: /^(?:since|seit)/i.test(opening) });
  const value: DucklingValue | undefined = span && valueOf(span, setting.timezone, isBeginning);
  return value && { start: start - opening.length, end, value };
}

const standsAlone = (text: string, start: number, end: number): boolean =>
  !/[\p{L}\p{N}_]$/u.test(text.slice(Math.max(0, start - 2), start)) &&
  !/^[\p{L}\p{N}_]/u.test(text.slice(end, end + 2));

function isNoTime(
  { start }: ParsedResult,
  written: string,
  before: string,
  after: string,
  { language }: Setting,
): boolean {
  const hasOpening = OPENING.test(before) || PREPOSITION.test(before);
  if (DIALECTS[language].noise.test(written) && !hasOpening) return true;
  if (start.tags().has('result/relativeDate') && !DIRECTION.test(written)) return true;
  if (/^[\d.]+$/.test(written) && VERSION.test(before)) return true;
  if (!DAY_PART.test(written)) return false;
  return GREETING.test(before) || (before.trim() === '' && /^\s*(?:[,!.]|$)/.test(after));
}
