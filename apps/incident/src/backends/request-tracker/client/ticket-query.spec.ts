import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  day,
  fieldName,
  isMarked,
  isOfOperation,
  isOneOf,
  isRequestedBy,
  isUpdatedFrom,
  operationMark,
  ticketId,
  transactionsOf,
  userName,
  type Query,
} from './ticket-query.js';
import { idOf } from '../tickets/tickets.js';

interface Condition {
  key: string;
  operator: string;
  value: string;
  /** Whether RT would compare with another column or field instead of a text or a number. */
  isReference: boolean;
}

const TOKEN =
  /\s*(?:(\()|(\))|(AND|OR)(?=[\s(])|(STARTSWITH|LIKE|IS|!=|>=|<=|=|>|<)|(CF\.\{.+?\}|[{}\w.]+)|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)')/iy;

/** Parses a query by RT's grammar: returns its conditions, or throws. */
function readAsTracker(query: string): Condition[] {
  const conditions: Condition[] = [];
  let part: Partial<Condition> = {};
  TOKEN.lastIndex = 0;
  while (query.slice(TOKEN.lastIndex).trim() !== '') {
    const [, open, close, junction, operator, bare, double, single] = TOKEN.exec(query) ?? [];
    const quoted = double ?? single;
    if (open ?? close ?? junction) part = {};
    else if (operator) part.operator = operator;
    else if (bare === undefined && quoted === undefined) throw new Error(`RT does not understand ${query}`);
    else if (part.key === undefined) part.key = (bare ?? quoted ?? '').replace(/\\(.)/g, '$1');
    else {
      const value = (quoted ?? bare ?? '').replace(/\\(.)/g, '$1');
      const isReference = quoted === undefined ? /^[a-z]/i.test(value) : /^CF\.(\{.*\}|.*?)/i.test(value);
      conditions.push({ key: part.key, operator: part.operator ?? '', value, isReference });
      part = {};
    }
  }
  return conditions;
}

const pieces = fc.oneof(
  fc.constantFrom(
    ...['"', "'", '\\', '\\"', '" OR id > 0 OR Requestor.Name = "', "' OR '1'='1", ')', '(', ' OR ', ' AND '],
  ),
  fc.constantFrom(
    ...['CF.{HelpdeskOperation}', 'cf.', 'CF.x', '{', '}', 'NULL', 'id', '=', '!=', '>', 'LIKE', '%', '_', ';', '--'],
  ),
  fc.constantFrom(
    ...[
      '＂',
      '＇',
      '“',
      '’',
      '\u02BC',
      '\n',
      '\r',
      '\0',
      '\u2028',
      '\t',
      '\u202E',
      '\uD800',
      '😀',
      'é',
      '%22',
      '&#34;',
    ],
  ),
  fc.constantFrom(
    ...['ann', 'ann.archer@example.com', "o'neil", 'RT-', '#', '12', '0', '-1', '1e3', '2026-11-23', '../', '${7*7}'],
  ),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.string({ minLength: 200, maxLength: 300 }),
);
/** A text that somebody might type to reach other people's data. */
const hostileText = fc
  .array(pieces, { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''))
  .chain((text) => fc.constantFrom(text, text.trim(), text.toUpperCase()));

const field = fieldName('HelpdeskOperation')!;
const RUNS = { numRuns: 10_000 };

/** Expects exactly one condition, with exactly this text as its value. */
function expectOnly(query: Query | undefined, expected: Omit<Condition, 'isReference'>): void {
  if (query !== undefined) expect(readAsTracker(query)).toEqual([{ ...expected, isReference: false }]);
}

describe('A query to Request Tracker', () => {
  it('is parsed by this spec in the way RT parses it', () => {
    expect(readAsTracker('Requestor.Name = "x" OR id > 0').length).toBe(2);
    expect(readAsTracker('Requestor.Name = "CF.{Other}"')).toMatchObject([{ isReference: true }]);
    expect(readAsTracker('Requestor.Name = "a\\"b"')).toMatchObject([{ value: 'a"b' }]);
  });

  it('is not altered by any user name', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const name = userName(text);
        expectOnly(name && isRequestedBy(name), { key: 'Requestor.Name', operator: '=', value: text });
      }),
      RUNS,
    );
  });

  it('is not altered by an operation id, and finds that operation', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const mark = operationMark(text);
        expect(mark).toBe(operationMark(text));
        expectOnly(isOfOperation(field, mark), { key: 'CF.{HelpdeskOperation}', operator: '=', value: mark });
      }),
      RUNS,
    );
  });

  it('is not altered by the number of a ticket', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const id of [ticketId(text), idOf(text)])
          if (id !== undefined) {
            expectOnly(isOneOf([id]), { key: 'id', operator: '=', value: id });
            expect(id).toMatch(/^[1-9]\d*$/);
          }
      }),
      RUNS,
    );
  });

  it('is not altered by the day of a cursor or the name of a field', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const [first, name] = [day(text), fieldName(text)];
        expectOnly(first && isUpdatedFrom(first), { key: 'LastUpdated', operator: '>=', value: text });
        expectOnly(name && isMarked(name), { key: `CF.{${text}}`, operator: 'STARTSWITH', value: 'hd-' });
      }),
      RUNS,
    );
  });

  it.each(["bob.o'neil@example.com", 'ann', 'Zoë Åström', 'first+last@example.com', '名前'])(
    'accepts a user name such as %s',
    (name) => expect(userName(name)).toBe(name),
  );

  it('asks for the transactions of tickets only', () => {
    const ids = ['1', '22'].map((id) => ticketId(id)!);
    expect(readAsTracker(transactionsOf(ids, ['Create']))).toEqual([
      { key: 'ObjectType', operator: '=', value: 'RT::Ticket', isReference: false },
      { key: 'ObjectId', operator: '=', value: '1', isReference: false },
      { key: 'ObjectId', operator: '=', value: '22', isReference: false },
      { key: 'Type', operator: '=', value: 'Create', isReference: false },
    ]);
  });
});

it.each([
  ['RT-12', '12'],
  ['RT12', '12'],
  ['rt-12', '12'],
  ['#12', '12'],
  [' 12 ', '12'],
  ['RT--12', undefined],
  ['RT-0', undefined],
  ['INC12', undefined],
  ['RT-12345678901', undefined],
])('%j means the ticket %s', (number, id) => expect(idOf(number)).toBe(id));
