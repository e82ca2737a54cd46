import { describe, expect, it } from '@jest/globals';
import { momentIn, readRow, readRows } from './row.js';

const ID = '7d2f0c1be0a84b0f9c64f1f0a1b2c3d4';
const LINK = `https://acme.service-now.com/api/now/table/sys_user/${ID}`;

describe('A field of a record', () => {
  it.each([
    ['a raw text', 'abc', { value: 'abc', display: 'abc' }],
    ['both values', { display_value: 'In Progress', value: '2' }, { value: '2', display: 'In Progress' }],
    ['a raw reference with its link', { link: LINK, value: ID }, { value: ID, display: ID }],
    ['a shown reference with its link', { display_value: 'Ana Ruiz', link: LINK }, { value: ID, display: 'Ana Ruiz' }],
    ['all of a reference', { display_value: 'Ana Ruiz', link: LINK, value: ID }, { value: ID, display: 'Ana Ruiz' }],
    ['an empty reference', '', { value: '', display: '' }],
    ['an empty reference with both values', { display_value: '', value: '' }, { value: '', display: '' }],
    ['a journal', { display_value: 'text', value: '' }, { value: '', display: 'text' }],
    ['a missing display value', { display_value: null, value: '7' }, { value: '7', display: '7' }],
  ])('is read as %s', (_, field, cell) => {
    expect(readRow({ field }).get('field')).toEqual(cell);
  });

  it.each([[1], [true], [null], [['a']], [{}], [{ display_value: 1, value: '1' }]])(
    'is refused in an unknown shape: %j',
    (field) => {
      expect(() => readRow({ field })).toThrow(expect.objectContaining({ kind: 'unexpected' }));
    },
  );

  it('is absent when it is hidden from our account', () => {
    expect(readRow({ number: 'INC0000001' }).has('state')).toBe(false);
  });

  it('keeps the dot of a field that was reached through a reference', () => {
    expect(readRow({ 'caller_id.email': 'a@example.com' }).get('caller_id.email')?.value).toBe('a@example.com');
  });
});

describe('A moment', () => {
  it('is in UTC', () => {
    expect(momentIn(readRow({ opened_at: '2026-11-22 14:00:00' }), 'opened_at')).toEqual(
      new Date('2026-11-22T14:00:00Z'),
    );
  });
  it('is undefined when the field is empty', () => {
    expect(momentIn(readRow({ resolved_at: '' }), 'resolved_at')).toBeUndefined();
  });
  it('is refused in another form', () => {
    expect(() => momentIn(readRow({ opened_at: '22.11.2026' }), 'opened_at')).toThrow(/opened_at/);
  });
});

describe('An answer', () => {
  it.each([[{}], ['x'], [null]])('is refused when it is not a list: %j', (result) => {
    expect(() => readRows(result)).toThrow(expect.objectContaining({ kind: 'unexpected' }));
  });
});
