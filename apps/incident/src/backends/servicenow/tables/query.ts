import { type QueryValue } from './query-value.js';
import { type Row } from './row.js';

/** Every column that our queries may name, with the kind of its values. */
interface Columns {
  sys_id: 'sys-id';
  number: 'number';
  caller_id: 'sys-id';
  correlation_id: 'correlation-id';
  correlation_display: 'word';
  opened_at: 'date-time';
  sys_created_on: 'date-time';
  sys_updated_on: 'date-time';
  email: 'email';
  active: 'word';
  user_name: 'word';
  name: 'word';
  element: 'word';
  element_id: 'sys-id';
  table_name: 'word';
  table_sys_id: 'sys-id';
}

export type Column = keyof Columns;
type ValueOf<C extends Column> = QueryValue<Columns[C]>;

export interface Condition {
  column: Column;
  operator: '=' | '>' | '>=' | 'IN';
  values: readonly QueryValue[];
}

/** An encoded query as data: a row matches any group by all conditions of that group; `order` sorts. */
export interface Query {
  anyOf: readonly (readonly Condition[])[];
  order: readonly { by: Column; descending?: boolean }[];
}

/** Thrown for a query that must not be sent, before anything is sent. */
export class UnsafeQueryError extends Error {
  override readonly name = 'UnsafeQueryError';
}

export const is = <C extends Column>(column: C, value: ValueOf<C>): Condition => ({
  column,
  operator: '=',
  values: [value],
});

export const isAnyOf = <C extends Column>(column: C, values: readonly ValueOf<C>[]): Condition => ({
  column,
  operator: 'IN',
  values,
});

export const isAfter = <C extends Column>(column: C, value: ValueOf<C>): Condition => ({
  column,
  operator: '>',
  values: [value],
});

export const isFrom = <C extends Column>(column: C, value: ValueOf<C>): Condition => ({
  column,
  operator: '>=',
  values: [value],
});

/**
 * The text of `sysparm_query`, not yet URL-encoded. This is the only function that builds one.
 * @throws UnsafeQueryError when there is no condition, or a value could end its condition; validators accept no such value
 */
export function encodedQuery({ anyOf, order }: Query): string {
  if (anyOf.length === 0 || anyOf.some((group) => group.length === 0))
    throw new UnsafeQueryError('A query without a condition would ask for the whole table.');
  const groups = anyOf.map((group) => group.map(encodedCondition).join('^'));
  const sorting = order.map(({ by, descending }) => `^ORDERBY${descending ? 'DESC' : ''}${by}`);
  return groups.join('^NQ') + sorting.join('');
}

function encodedCondition({ column, operator, values }: Condition): string {
  for (const value of values)
    if (value === '' || /[\^\p{Cc}]/u.test(value) || /^\s*javascript:/i.test(value) || isSeveral(operator, value))
      throw new UnsafeQueryError(`A value for ${column} is not fit for a query.`);
  return column + operator + values.join(',');
}

const isSeveral = (operator: Condition['operator'], value: string) => operator === 'IN' && value.includes(',');

/**
 * Whether a row matches the query, as far as it contains the queried columns. ServiceNow drops a condition that it does
 * not understand and runs the rest, so a row in the answer may not match.
 */
export function isAskedFor(row: Row, { anyOf }: Query): boolean {
  return anyOf.some((group) => group.every((condition) => holds(condition, row.get(condition.column)?.value)));
}

function holds({ operator, values }: Condition, actual: string | undefined): boolean {
  if (actual === undefined) return true;
  // Databases compare without regard to case, and addresses and keys do not depend on it.
  const known = actual.toLowerCase();
  return values.some((value) => {
    const asked = value.toLowerCase();
    if (operator === '>') return known > asked;
    if (operator === '>=') return known >= asked;
    return known === asked;
  });
}
