import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseQuery } from '#servicenow-simulator';
import { encodedQuery, is, isAfter, isAnyOf, isAskedFor, isFrom, type Condition, type Query } from './query.js';
import {
  correlationId,
  dateTime,
  emailAddress,
  incidentNumber,
  searchText,
  sysId,
  word,
  type QueryValue,
} from './query-value.js';
import { hostileText } from '../hostile-text.fixture.js';
import { readRow } from './row.js';

const RUNS = 100_000;

/** Every way for a text to enter a query, and how it is spelled there. */
const doors: {
  name: string;
  condition: (text: string) => Condition | undefined;
  spelling: (text: string) => string;
}[] = [
  { name: 'email', condition: (text) => given(emailAddress(text), (v) => is('email', v)), spelling: (text) => text },
  {
    name: 'number',
    condition: (text) => given(incidentNumber(text, ['INC']), (v) => is('number', v)),
    spelling: (text) => text.toUpperCase(),
  },
  {
    name: 'caller',
    condition: (text) => given(sysId(text), (v) => is('caller_id', v)),
    spelling: (t) => t.toLowerCase(),
  },
  { name: 'mark', condition: (text) => given(correlationId(text), (v) => is('correlation_id', v)), spelling: (t) => t },
  { name: 'time', condition: (text) => given(dateTime(text), (v) => isFrom('sys_updated_on', v)), spelling: (t) => t },
  { name: 'word', condition: (text) => given(word(text), (v) => is('correlation_display', v)), spelling: (t) => t },
];

function given<T, U>(value: T | undefined, make: (value: T) => U): U | undefined {
  return value === undefined ? undefined : make(value);
}

const SECRET = is('caller_id', sysId('0'.repeat(32)) as QueryValue<'sys-id'>);
const read = (text: string) => parseQuery(text, { caretEscape: true, endMarkEndsQuery: true });

describe('Text of people in a query', () => {
  it(`never alters it: each of ${RUNS} hostile texts is refused or stays a single value`, () => {
    let accepted = 0;
    fc.assert(
      fc.property(hostileText, fc.constantFrom(...doors), (text, { condition, spelling }) => {
        const made = condition(text);
        if (!made) return;
        accepted += 1;
        expect(read(encodedQuery({ anyOf: [[made, SECRET]], order: [{ by: 'sys_id' }] }))).toEqual({
          alternatives: [
            [
              [{ field: made.column, operator: made.operator, value: spelling(text) }],
              [{ field: 'caller_id', operator: '=', value: '0'.repeat(32) }],
            ],
          ],
          order: [{ field: 'sys_id', isDescending: false }],
        });
      }),
      { numRuns: RUNS },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it('is refused in a list when it contains a comma, and in any value when it contains a caret', () => {
    fc.assert(
      fc.property(hostileText, fc.boolean(), (text, isList) => {
        // The query builder rejects again what no validator accepts.
        const value = text as QueryValue<'email'>;
        const query: Query = { anyOf: [[isList ? isAnyOf('email', [value]) : is('email', value)]], order: [] };
        let encoded: string;
        try {
          encoded = encodedQuery(query);
        } catch {
          return;
        }
        expect(read(encoded)).toEqual({
          alternatives: [[[{ field: 'email', operator: isList ? 'IN' : '=', value: text }]]],
          order: [],
        });
        if (isList) expect(text).not.toContain(',');
        expect(text.trimStart().toLowerCase().startsWith('javascript:')).toBe(false);
      }),
      { numRuns: 10_000 },
    );
  });

  it('is made harmless for a search, or is rejected', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const search = searchText(text);
        if (search === undefined) return;
        expect(search).not.toMatch(/\^|\p{Cc}|^\s*javascript:/iu);
        expect([...search].length).toBeLessThanOrEqual(120);
      }),
      { numRuns: 10_000 },
    );
  });

  it.each([
    ['x^NQuser_name=admin'],
    ['x^ORactive=true'],
    ['x^NQsys_id=javascript:gs.getUserID()'],
    ['x^NQemail=cfo@acme.com^titleLIKEacqui'],
    ['INC0010001^NQcaller_id=0123456789abcdef0123456789abcdef'],
    ['INC0010001^EQ'],
    ['a@b.c&sysparm_limit=1'],
    ['%5ENQuser_name=admin'],
    ['a,b'],
    ['^ORDERBYdescription'],
    ['x＾NQuser_name=admin'],
  ])('is no value of any kind when it is %j', (text) => {
    expect(doors.map(({ condition }) => condition(text))).toEqual(doors.map(() => undefined));
  });

  it.each(['first+last@acme.com', "sean.o'brien@example.com", 'Ana.RUIZ@Example.COM', 'a@b'])(
    'is an address: %s',
    (text) => expect(emailAddress(text)).toBe(text),
  );
  it.each(['a b@c.de', 'a@b@c.de', '@c.de', 'a@', 'a@.de', 'ä@c.de', `${'a'.repeat(65)}@c.de`, 'a"b@c.de', ''])(
    'is no address: %j',
    (text) => expect(emailAddress(text)).toBeUndefined(),
  );
});

const values: Record<string, fc.Arbitrary<Condition>> = {
  key: fc.stringMatching(/^[0-9a-f]{32}$/).map((text) => is('sys_id', sysId(text) as QueryValue<'sys-id'>)),
  later: fc.stringMatching(/^[0-9a-f]{32}$/).map((text) => isAfter('sys_id', sysId(text) as QueryValue<'sys-id'>)),
  number: fc
    .stringMatching(/^INC[0-9]{7,10}$/)
    .map((text) => is('number', incidentNumber(text, ['INC']) as QueryValue<'number'>)),
  emails: fc
    .array(fc.stringMatching(/^[A-Za-z0-9._%+'-]{1,20}@[a-z0-9-]{1,10}(\.[a-z]{2,5}){0,2}$/), {
      minLength: 1,
      maxLength: 4,
    })
    .map((texts) =>
      isAnyOf(
        'email',
        texts.map((text) => emailAddress(text) as QueryValue<'email'>),
      ),
    ),
  time: fc
    .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 19).replace('T', ' '))
    .map((text) => isFrom('sys_updated_on', dateTime(text) as QueryValue<'date-time'>)),
};
const anyQuery: fc.Arbitrary<Query> = fc.record({
  anyOf: fc.array(fc.array(fc.oneof(...Object.values(values)), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 3,
  }),
  order: fc.array(fc.record({ by: fc.constantFrom('sys_id', 'number', 'sys_updated_on'), descending: fc.boolean() }), {
    maxLength: 3,
  }),
});

describe('A query', () => {
  it('is read by an instance as intended', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(read(encodedQuery(query))).toEqual({
          alternatives: query.anyOf.map((group) =>
            group.map(({ column, operator, values }) => [{ field: column, operator, value: values.join(',') }]),
          ),
          order: query.order.map(({ by, descending }) => ({ field: by, isDescending: descending })),
        });
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([[[]], [[[]]]])('without a condition is refused, because it would match the whole table', (anyOf) => {
    expect(() => encodedQuery({ anyOf, order: [] })).toThrow(/whole table/);
  });

  it('can tell whether a row matches, as far as the row shows', () => {
    const query: Query = {
      anyOf: [
        [
          isAnyOf(
            'email',
            ['a@b.c', 'd@e.f'].map((text) => emailAddress(text) as QueryValue<'email'>),
          ),
        ],
      ],
      order: [],
    };
    const isAsked = (record: object) => isAskedFor(readRow(record), query);
    expect(isAsked({ email: 'D@E.F' })).toBe(true);
    expect(isAsked({ email: 'x@b.c' })).toBe(false);
    expect(isAsked({ number: 'INC0010001' })).toBe(true);
  });
});
