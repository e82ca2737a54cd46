import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textTest } from './expected-text.js';

const domain = {
  responses: {
    utter_greet: [{ text: 'Hello!' }, { text: 'Hi {name}, welcome.' }],
    utter_list: [{ text: 'Yours:\n{items}\nThat is all.' }],
  },
};
const takes = (expected: string, text: string): boolean => textTest(expected, domain)(text);

describe('An expected text', () => {
  it('matches itself with any special characters, and nothing longer', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        fc.pre(!text.includes('{any}') && !/^\s*\//.test(text) && text.trim() !== '');
        expect(takes(text, text)).toBe(true);
        expect(takes(text, `${text}x`)).toBe(false);
      }),
    );
  });

  it('matches any text at {any}, even of several lines', () => {
    expect(takes('Incident {any} is {any}.', 'Incident 12\n(new) is closed.')).toBe(true);
    expect(takes('Incident {any} is {any}.', 'Incident 12 was closed.')).toBe(false);
  });

  it('may be a regular expression with flags', () => {
    expect(takes('/^hello/i', 'HELLO there')).toBe(true);
    expect(takes('/^hello/', 'HELLO there')).toBe(false);
    expect(takes('/a.b/s', 'a\nb')).toBe(true);
    // These would make the same text match only every other time.
    const test = textTest('/hello/g', domain);
    expect([test('hello'), test('hello')]).toEqual([true, true]);
  });

  it('may be the name of a response, and then matches any variation with any values', () => {
    expect(takes('utter_greet', 'Hello!')).toBe(true);
    expect(takes('utter_greet', 'Hi Ann, welcome.')).toBe(true);
    expect(takes('utter_greet', 'Hello')).toBe(false);
    expect(takes('utter_list', 'Yours:\na\nb\nThat is all.')).toBe(true);
    expect(takes('utter_other', 'utter_other')).toBe(true);
  });

  it('that is an invalid expression is refused with an error that names it', () => {
    expect(() => textTest('/(/', domain)).toThrow('/(/ is not a regular expression');
  });
});
