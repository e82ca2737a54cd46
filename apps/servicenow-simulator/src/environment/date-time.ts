/** The zone of accounts that name none. */
const UTC = 'GMT';

/** `YYYY-MM-DD HH:MM:SS` in UTC, as the Table API stores and answers date-times. */
export const stampOf = (instant: number): string => new Date(instant).toISOString().slice(0, 19).replace('T', ' ');

/** The moment of a stored date-time in milliseconds since 1970; undefined when the text is none. */
export function instantOf(stamp: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/.test(stamp)) return undefined;
  const instant = Date.parse(`${stamp.replace(' ', 'T')}${stamp.length === 10 ? 'T00:00:00' : ''}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    // Swedish writes dates as ServiceNow does by default.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(zone, format);
  }
  return format;
}

/** A stored date-time as a person in `zone` sees it; what is no date-time stays as it is. */
export function shownIn(zone: string, stamp: string): string {
  if (!zone || zone === UTC) return stamp;
  const instant = instantOf(stamp);
  return instant === undefined ? stamp : formatFor(zone).format(instant);
}

/** The stored form of what a person in `zone` wrote; what is no date-time stays as it is. */
export function storedFrom(zone: string, shown: string): string {
  const asUtc = instantOf(shown);
  if (!zone || zone === UTC || asUtc === undefined) return shown;
  const offset = (instant: number): number => instantOf(formatFor(zone).format(instant))! - instant;
  // The offset that holds at the moment itself; the second look corrects a guess on the other side of a clock change.
  const guess = asUtc - offset(asUtc);
  return stampOf(asUtc - offset(guess));
}
