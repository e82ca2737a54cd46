import { type Column } from '../data/schema.js';
import { type Operator } from './parse-query.js';

/** Says whether the value of a record's field meets a condition. */
export type ValueTest = (value: string) => boolean;

/** Operators that reveal more than whether a value is the one that is asked for; `query_range` rights guard them. */
export const RANGE_OPERATORS: ReadonlySet<Operator> = new Set<Operator>([
  '<',
  '<=',
  '>',
  '>=',
  'BETWEEN',
  'LIKE',
  '*',
  'CONTAINS',
  'NOT LIKE',
  'NOTLIKE',
  '!*',
  'STARTSWITH',
  'ENDSWITH',
  '%',
]);

/** Operators that compare a reference by what stands for the record instead of its sys_id. */
export const DISPLAY_OPERATORS: ReadonlySet<Operator> = new Set<Operator>([
  'LIKE',
  '*',
  'CONTAINS',
  'NOT LIKE',
  'NOTLIKE',
  '!*',
  'STARTSWITH',
  'ENDSWITH',
  '%',
]);

const isNumeric = (column: Column | undefined): boolean => column?.type === 'integer' || column?.type === 'choice';

/** Less than zero, zero or more: how two values of a column stand to each other. Empty comes first. */
export function compareValues(left: string, right: string, column: Column | undefined, ignoreCase: boolean): number {
  if (left === right) return 0;
  if (left === '' || right === '') return left === '' ? -1 : 1;
  if (isNumeric(column)) {
    const difference = Number(left) - Number(right);
    if (!Number.isNaN(difference)) return difference;
  }
  const [a, b] = ignoreCase ? [left.toLowerCase(), right.toLowerCase()] : [left, right];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The test that an operator makes with a value; undefined for operators that compare two fields or classes. */
export function valueTest(
  operator: Operator,
  wanted: string,
  column: Column | undefined,
  ignoreCase: boolean,
): ValueTest | undefined {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const compare = (value: string, other: string): number => compareValues(value, other, column, ignoreCase);
  // As in SQL, nothing is less or more than a value that is not there.
  const ranged =
    (test: (order: number) => boolean): ValueTest =>
    (value) =>
      value !== '' && test(compare(value, wanted));
  const folded = fold(wanted);
  const members = (): ReadonlySet<string> => new Set(folded.split(',').map((member) => member.trim()));
  switch (operator) {
    case '=':
      return (value) => fold(value) === folded;
    case '!=':
      return (value) => fold(value) !== folded;
    case '<':
      return ranged((order) => order < 0);
    case '<=':
      return ranged((order) => order <= 0);
    case '>':
      return ranged((order) => order > 0);
    case '>=':
      return ranged((order) => order >= 0);
    case 'IN': {
      const listed = members();
      return (value) => listed.has(fold(value));
    }
    case 'NOT IN':
    case 'NOTIN': {
      const listed = members();
      return (value) => !listed.has(fold(value));
    }
    case 'LIKE':
    case '*':
    case 'CONTAINS':
      return (value) => fold(value).includes(folded);
    case 'NOT LIKE':
    case 'NOTLIKE':
    case '!*':
      return (value) => !fold(value).includes(folded);
    case 'STARTSWITH':
      return (value) => fold(value).startsWith(folded);
    case 'ENDSWITH':
    case '%':
      return (value) => fold(value).endsWith(folded);
    case 'ISEMPTY':
    case 'EMPTYSTRING':
      return (value) => value === '';
    case 'ISNOTEMPTY':
      return (value) => value !== '';
    case 'ANYTHING':
      return () => true;
    case 'BETWEEN': {
      const [least = '', most = ''] = wanted.split('@');
      return (value) => value !== '' && compare(value, least) >= 0 && compare(value, most) <= 0;
    }
    default:
      return undefined;
  }
}
