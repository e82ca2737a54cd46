import { type ParsedComponents } from 'chrono-node';
import { type DucklingValue, type Setting } from './recognizer.js';
import { type Grain, secondsOf } from './numbers/units.js';
import { isoOfWall, wallTime } from './time-zone.js';

/** A time or an interval as clocks show it, in milliseconds as if in UTC. */
export interface TimeSpan {
  from: number;
  grain: Grain;
  /** Present for an interval: the first moment after it. */
  to?: number;
  /** How it recurs. */
  every?: 'day' | 'week' | 'year';
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
const HOUR_PARTS: readonly [pattern: RegExp, from: number, to: number][] = [
  [/afternoon|nachmittag/i, 12, 19],
  [/morning|vormittag|früh|morgens|(?<=.)\smorgen$/i, 0, 12],
  [/evening|night|abend|nacht/i, 18, 24],
];
const WEEKEND = /weekend|wochenende/i;
const IS_WEEK = /(?:this|last|next|past|previous|letzte|vorige|vergangene|nächste|diese)[nrs]? (?:week|woche)$/i;
const IS_FIXED = /last|(?<!half |quarter )past|previous|next|this|letzt|vorig|vergang|nächst|dies/i;
/** Times so far off are mistakes, and have no four-digit year. */
const MIN_WALL = Date.UTC(1000, 0);
const MAX_WALL = Date.UTC(9990, 0);

/** What Chrono found, with the grain that was written; undefined when it is no time that a calendar has. */
export function spanOf(
  { start, end }: { start: ParsedComponents; end?: ParsedComponents },
  written: string,
  setting: Setting & { now: Date; isPast: boolean },
): TimeSpan | undefined {
  const wall = wallOf(start, setting.timezone);
  const grain = grainOf(start, written);
  const from = truncated(wall, grain);
  const last = end ? wallOf(end, setting.timezone) : undefined;
  const bounds = [from, last ?? from];
  if (!bounds.every((bound) => bound >= MIN_WALL && bound <= MAX_WALL)) return undefined;
  if (last !== undefined) {
    const endGrain = grainOf(end!, written);
    const to = following(truncated(last, endGrain), endGrain);
    return to > from ? recurring({ from, grain, to }, start, written, setting) : undefined;
  }
  const part = start.isCertain('hour') ? undefined : HOUR_PARTS.find(([pattern]) => pattern.test(written));
  if (part) {
    const day = truncated(wall, 'day');
    const span: TimeSpan = { from: day + part[1] * HOUR, grain: 'hour', to: day + part[2] * HOUR };
    return recurring(span, start, written, setting);
  }
  if (WEEKEND.test(written)) {
    const saturday = truncated(wall, 'day');
    return { from: saturday - 6 * HOUR, grain: 'hour', to: saturday + 2 * DAY };
  }
  return recurring({ from, grain }, start, written, setting);
}

/**
 * The value of a span in Duckling's shape.
 *
 * @param isBeginning true: open after it; false: open before it; undefined: not open.
 */
export function valueOf(span: TimeSpan, timezone: string, isBeginning?: boolean): DucklingValue {
  const count = span.every ? 3 : 1;
  const values = Array.from({ length: count }, (_, times) =>
    one(shifted(span, span.every, times), timezone, isBeginning),
  );
  return { ...values[0]!, values };
}

function one({ from, to, grain }: TimeSpan, timezone: string, isBeginning?: boolean): DucklingValue {
  const moment = (wall: number) => ({ value: isoOfWall(wall, timezone), grain });
  if (isBeginning !== undefined)
    return isBeginning ? { type: 'interval', from: moment(from) } : { type: 'interval', to: moment(to ?? from) };
  if (to !== undefined) return { type: 'interval', from: moment(from), to: moment(to) };
  return { type: 'value', ...moment(from) };
}

/** Moves what recurs to its next time, or to its last one when `isPast`. */
function recurring(
  span: TimeSpan,
  start: ParsedComponents,
  written: string,
  { now, timezone, isPast }: Setting & { now: Date; isPast: boolean },
): TimeSpan {
  const every = recurrenceOf(start, span.grain);
  if (!every || IS_FIXED.test(written) || start.tags().has('result/relativeDate')) return span;
  const wallNow = wallTime(now.getTime(), timezone);
  const limit = every === 'day' ? wallNow : truncated(wallNow, span.grain === 'month' ? 'month' : 'day');
  if (isPast) return span.from > wallNow ? shifted(span, every, -1) : span;
  const isOver = span.from < limit && (span.to ?? 0) <= limit;
  return { ...(isOver ? shifted(span, every, 1) : span), every };
}

function recurrenceOf(start: ParsedComponents, grain: Grain): TimeSpan['every'] {
  if (start.isCertain('year') || grain === 'year' || grain === 'week') return undefined;
  if (start.isCertain('month')) return 'year';
  if (start.isCertain('weekday')) return 'week';
  return start.isCertain('day') ? undefined : 'day';
}

function shifted(span: TimeSpan, every: TimeSpan['every'], times: number): TimeSpan {
  if (times === 0) return span;
  const move = (wall: number): number => {
    if (every !== 'year') return wall + times * (every === 'week' ? 7 : 1) * DAY;
    const date = new Date(wall);
    date.setUTCFullYear(date.getUTCFullYear() + times);
    return date.getTime();
  };
  return { ...span, from: move(span.from), ...(span.to !== undefined && { to: move(span.to) }) };
}

function wallOf(parts: ParsedComponents, timezone: string): number {
  if (parts.isCertain('timezoneOffset')) return wallTime(parts.date().getTime(), timezone);
  const part = (name: Parameters<ParsedComponents['get']>[0]): number => parts.get(name) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

function grainOf(parts: ParsedComponents, written: string): Grain {
  if (IS_WEEK.test(written)) return 'week';
  if (parts.isCertain('second')) return 'second';
  if (parts.isCertain('minute') && (parts.get('minute') !== 0 || /\d:\d\d/.test(written))) return 'minute';
  if (parts.isCertain('hour')) return 'hour';
  if (parts.isCertain('day') || parts.isCertain('weekday')) return 'day';
  if (parts.isCertain('month')) return 'month';
  return parts.isCertain('year') ? 'year' : 'day';
}

function truncated(wall: number, grain: Grain): number {
  const date = new Date(wall);
  if (grain === 'month' || grain === 'year')
    return Date.UTC(date.getUTCFullYear(), grain === 'month' ? date.getUTCMonth() : 0);
  const day = Math.floor(wall / DAY) * DAY;
  if (grain === 'week') return day - ((date.getUTCDay() + 6) % 7) * DAY;
  return grain === 'day' ? day : Math.floor(wall / (secondsOf(grain) * 1_000)) * secondsOf(grain) * 1_000;
}

function following(wall: number, grain: Grain): number {
  if (grain !== 'month' && grain !== 'year') return wall + secondsOf(grain) * 1_000;
  const date = new Date(wall);
  return Date.UTC(date.getUTCFullYear() + (grain === 'year' ? 1 : 0), date.getUTCMonth() + (grain === 'month' ? 1 : 0));
}
