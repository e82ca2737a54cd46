import { BackendFailure } from '../../../ports/backend-failure.js';

/** A field: the stored value and the display value. */
export interface Cell {
  value: string;
  display: string;
}

/** A record as far as our account may see it: a hidden column is absent. */
export type Row = ReadonlyMap<string, Cell>;

/**
 * Reads a record in any shape that `sysparm_display_value` and `sysparm_exclude_reference_link` can produce. We request
 * `{display_value, value}` everywhere, but some instances ignore the flags on writes.
 * @throws BackendFailure `unexpected`
 */
export function readRow(record: unknown): Row {
  if (!isObject(record))
    throw new BackendFailure('unexpected', 'ServiceNow answered with something that is no record.');
  return new Map(Object.entries(record).map(([column, field]) => [column, readCell(column, field)]));
}

/** @throws BackendFailure `unexpected` */
export function readRows(records: unknown): Row[] {
  if (!Array.isArray(records))
    throw new BackendFailure('unexpected', 'ServiceNow answered a list with something else.');
  return records.map(readRow);
}

/** The stored value of the column; empty when the column is empty or hidden from us. */
export const valueIn = (row: Row, column: string): string => row.get(column)?.value ?? '';

/** @throws BackendFailure `unexpected` when the column is hidden from us or empty */
export function neededIn(row: Row, column: string): string {
  const value = valueIn(row, column);
  if (value === '')
    throw new BackendFailure('unexpected', `ServiceNow leaves out ${column}; may our account read that column?`);
  return value;
}

/** A moment as ServiceNow stores it: UTC without a zone. `undefined` when the column is empty. */
export function momentIn(row: Row, column: string): Date | undefined {
  const stamp = valueIn(row, column);
  if (stamp === '') return undefined;
  const moment = new Date(`${stamp.replace(' ', 'T')}Z`);
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(stamp) || Number.isNaN(moment.getTime()))
    throw new BackendFailure('unexpected', `ServiceNow gives a time in ${column} that is invalid.`);
  return moment;
}

function readCell(column: string, field: unknown): Cell {
  if (typeof field === 'string') return { value: field, display: field };
  if (isObject(field)) {
    const { value, display_value: display, link } = field;
    // With display values only, the link is the only part of a reference that contains its key.
    const key = value ?? (typeof link === 'string' ? link.split('/').at(-1) : display);
    if (typeof key === 'string' && (display === undefined || display === null || typeof display === 'string'))
      return { value: key, display: display ?? key };
  }
  throw new BackendFailure('unexpected', `ServiceNow gives ${column} in an unknown shape.`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
