import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OPERATORS, parseQuery, type Query, type QueryReading, UnsupportedQuery } from './parse-query.js';

const plain: QueryReading = { caretEscape: true, endMarkEndsQuery: true };

/** A query as text with brackets: alternatives by |, chains by &, conditions by or. */
const read = (text: string, reading = plain): string => {
  const { alternatives, order } = parseQuery(text, reading);
  const conditions = alternatives
    .map((chains) =>
      chains
        .map(
          (chain) =>
            `(${chain.map(({ field, operator, value }) => `${field}${operator ?? '?'}${value}`).join(' or ')})`,
        )
        .join('&'),
    )
    .join('|');
  return conditions + order.map(({ field, isDescending }) => `${isDescending ? '>' : '<'}${field}`).join('');
};

describe('An encoded query', () => {
  it.each([
    ['a=1^b=2^ORb=3^c=4', '(a=1)&(b=2 or b=3)&(c=4)'],
    ['x=1^NQy=2^z=3', '(x=1)|(y=2)&(z=3)'],
    ['a=1^ORb=2^NQc=3^ORd=4', '(a=1 or b=2)|(c=3 or d=4)'],
    ['ORDERBYsys_id', '<sys_id'],
    ['a=1^ORDERBYDESCb^ORDERBYc', '(a=1)>b<c'],
    ['email=x^NQuser_name=admin', '(email=x)|(user_name=admin)'],
    ['email=x^ORactive=true', '(email=x or active=true)'],
    ['number=INC1^EQ^caller_id=me', '(number=INC1)'],
    ['short_descriptionLIKEa^^b', '(short_descriptionLIKEa^b)'],
    ['a=1^^^b=2', '(a=1^)&(b=2)'],
    ['stateIN1,2', '(stateIN1,2)'],
    ['stateNOT IN1', '(stateNOT IN1)'],
    ['sys_class_nameINSTANCEOFtask', '(sys_class_nameINSTANCEOFtask)'],
    ['a>=1^b<=2', '(a>=1)&(b<=2)'],
    ['^a=1', '(a=1)'],
    ['nonsense', '(nonsense?)'],
    ['Active=true', '(?Active=true)'],
    ['', ''],
  ])('%s is read as %s', (text, structure) => {
    expect(read(text)).toBe(structure);
  });

  it('continues after an end mark, and reads a doubled caret as two carets, if so configured', () => {
    expect(read('a=1^EQ^b=2', { ...plain, endMarkEndsQuery: false })).toBe('(a=1)&(b=2)');
    expect(read('a=x^^b=2', { ...plain, caretEscape: false })).toBe('(a=x)&(b=2)');
  });

  it.each(['JOINincident.caller_id=sys_user.sys_id', 'a=1^RLQUERYx.y,>=1^ENDRLQUERY', '123TEXTQUERY321=mail'])(
    'refuses an unsupported query: %s',
    (text) => {
      expect(() => parseQuery(text, plain)).toThrow(UnsupportedQuery);
    },
  );

  it('has the structure that it was written from, for any values', () => {
    const field = fc.stringMatching(/^[a-z][a-z_]{0,8}(\.[a-z_]{1,8}){0,2}$/);
    // Values that begin like the rest of a longer operator would change the one before them.
    const value = fc.string({ maxLength: 12 }).map((text) => `_${text}`);
    const operator = fc.constantFrom(...OPERATORS);
    const condition = fc.record({ field, operator, value });
    const chain = fc.array(condition, { minLength: 1, maxLength: 3 });
    const alternative = fc.array(chain, { minLength: 1, maxLength: 3 });
    const order = fc.array(
      fc.record({ field: field.filter((name) => !name.startsWith('desc')), isDescending: fc.boolean() }),
      { maxLength: 2 },
    );
    const query = fc.record({ alternatives: fc.array(alternative, { minLength: 1, maxLength: 3 }), order });
    const write = ({ alternatives, order }: Query): string =>
      alternatives
        .map((chains) =>
          chains
            .map((conditions) =>
              conditions.map((one) => `${one.field}${one.operator}${one.value.replaceAll('^', '^^')}`).join('^OR'),
            )
            .join('^'),
        )
        .join('^NQ') + order.map((one) => `^ORDERBY${one.isDescending ? 'DESC' : ''}${one.field}`).join('');
    fc.assert(
      fc.property(query, (written) => {
        expect(parseQuery(write(written as Query), plain)).toEqual(written);
      }),
      { numRuns: 500 },
    );
  });
});
