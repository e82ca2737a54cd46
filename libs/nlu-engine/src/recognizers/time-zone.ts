const formats = new Map<string, Intl.DateTimeFormat>();
/** There are some hundred names; other spellings of them are not kept for ever. */
const MAX_FORMATS = 1_000;

/** Whether it is an IANA name of a time zone. */
export function isTimezone(timezone: string): boolean {
  try {
    formatOf(timezone);
    return true;
  } catch {
    return false;
  }
}

/** Minutes that clocks in a time zone are ahead of UTC at an instant. @throws RangeError for an unknown time zone. */
export function offsetAt(instant: number, timezone: string): number {
  if (timezone === 'UTC') return 0;
  const name = formatOf(timezone)
    .formatToParts(instant)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours = 0, minutes = 0] = /([+-])(\d{2}):(\d{2})/.exec(name ?? '') ?? [];
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
}

/** What clocks in the time zone show at an instant, as if it were UTC. */
export const wallTime = (instant: number, timezone: string): number => instant + offsetAt(instant, timezone) * 60_000;

/** Offset of a time zone when its clocks show `wall`; of two that are possible, when clocks are set back, the earlier. */
export function offsetAtWall(wall: number, timezone: string): number {
  const before = offsetAt(wall - offsetAt(wall - 86_400_000, timezone) * 60_000, timezone);
  return offsetAt(wall - before * 60_000, timezone);
}

/** RFC 3339 with milliseconds and the offset of the time zone, as Duckling writes times. */
export function isoOfWall(wall: number, timezone: string): string {
  const offset = offsetAtWall(wall, timezone);
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(offset);
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return new Date(wall).toISOString().replace('Z', zone);
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
  if (formats.size >= MAX_FORMATS) formats.clear();
  formats.set(timezone, format);
  return format;
}
