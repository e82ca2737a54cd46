/** The bound of a figure. */
export interface Bound {
  atLeast?: number;
  atMost?: number;
  exactly?: number;
}

/** A row of the table: the name, the measured figure and its bound. */
export type Row = readonly [what: string, value: number, bound?: Bound];

export function holds([, value, bound = {}]: Row): boolean {
  const { atLeast = -Infinity, atMost = Infinity, exactly = value } = bound;
  return value >= atLeast && value <= atMost && value === exactly;
}

/** The row in markdown. */
export function lineOf(row: Row): string {
  const [what, , bound] = row;
  return `| ${what} | ${shown(row)}${bound ? ` (${inWords(bound)})` : ''} |`;
}

export function shown([, value]: Row): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 0);
}

function inWords({ atLeast, atMost, exactly }: Bound): string {
  if (atLeast !== undefined) return `≥ ${atLeast}`;
  return atMost !== undefined ? `≤ ${atMost}` : `= ${exactly}`;
}
