import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fileNameOf } from './file-name.js';

describe('The name of a received file', () => {
  it.each([
    ['shot.png', 'shot.png'],
    ['my%20report%20%28final%29.pdf', 'my report (final).pdf'],
    ['%C3%BCbersicht.csv', 'übersicht.csv'],
    ['..%2F..%2Fetc%2Fpasswd', 'passwd'],
    ['C%3A%5CUsers%5Cann%5Cshot.png', 'shot.png'],
    ['a%00b%0D%0A.txt', 'ab.txt'],
    ['invoice%E2%80%AEgnp.exe', 'invoicegnp.exe'],
  ])('%s becomes %s', (header, name) => expect(fileNameOf(header)).toBe(name));

  it.each([undefined, '', '%20', '..', 'folder%2F', '%', '%FF.png', '%00'])(
    'is refused when the header is %j',
    (header) => expect(fileNameOf(header)).toBeUndefined(),
  );

  it('keeps its extension when it is shortened', () => {
    expect(fileNameOf(`${'a'.repeat(500)}.tar.gz`)).toBe(`${'a'.repeat(197)}.gz`);
  });

  it('is short, printable and without folders for any header, and does not change when it is read again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const name = fileNameOf(encodeURIComponent(text));
        if (name === undefined) return;
        expect(name.length).toBeLessThanOrEqual(200);
        expect(name).not.toMatch(/[\p{Cc}/\\\u202e]/u);
        expect(name.isWellFormed()).toBe(true);
        expect(fileNameOf(encodeURIComponent(name))).toBe(name);
      }),
    );
  });
});
