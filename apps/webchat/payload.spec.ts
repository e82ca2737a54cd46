import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { choicesOf, cleaned, elementsOf, fileSent, fileTitle, friendly, isSame, timeText } from './payload.js';

describe('A payload in words', () => {
  it.each([
    ['hello', 'hello'],
    ['/greet', 'Greet'],
    ['/open_incident', 'Open incident'],
    ['/faq.reset-password', 'Faq reset password'],
    ['/inform{"priority":"low"}', 'priority: low'],
    ['/inform{"first_name":"Ann","age":5}', 'first name: Ann, age: 5'],
    ['/inform@0.97{"priority":"low"}', 'priority: low'],
    ['/inform{"nested":{"a":1}}', 'Inform'],
    ['/inform{broken}', 'Inform'],
    ['/file_sent{"file_id":"f-1"}', '📎 File'],
    ['/usr/bin is full', '/usr/bin is full'],
    ['/', '/'],
    ['', ''],
  ])('%s is %s', (payload, words) => {
    expect(friendly(payload)).toBe(words);
  });

  it('leaves alone what does not begin with a slash', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.startsWith('/')),
        (text) => {
          expect(friendly(text)).toBe(text);
        },
      ),
    );
  });

  it('says that a file was sent, whatever its id', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (id) => {
        expect(friendly(fileSent(id))).toBe(fileTitle('File'));
        expect(JSON.parse(fileSent(id).slice('/file_sent'.length))).toEqual({ file_id: id });
      }),
    );
  });
});

describe('The choices of a message', () => {
  const choice = { title: 'Yes', payload: '/affirm' };

  it.each<[string, object, object[]]>([
    ['quick replies', { quick_replies: [choice] }, [choice]],
    ['buttons', { buttons: [choice] }, [choice]],
    [
      'quick replies before buttons',
      { quick_replies: [choice], buttons: [{ title: 'No', payload: '/deny' }] },
      [choice],
    ],
    ['those of cards', { attachment: { payload: { elements: [{ buttons: [choice] }, null, 5] } } }, [choice]],
    [
      'only those with title and payload',
      { buttons: [null, 'x', { title: 'Link', url: 'https://x' }, choice] },
      [choice],
    ],
    ['none', { text: 'hello', attachment: { payload: { elements: 'none' } } }, []],
  ])('are %s', (_, message, expected) => {
    expect(choicesOf(message)).toEqual(expected);
  });

  it('are looked for in cards that are objects', () => {
    expect(elementsOf({ attachment: { payload: { elements: [{ title: 'a' }, null, 'b', 5] } } })).toEqual([
      { title: 'a' },
    ]);
    expect(elementsOf({ attachment: null })).toEqual([]);
  });
});

describe('A text as the server takes it', () => {
  it.each([
    ['  hello \n', 'hello'],
    ['a\u0000b\u0007c', 'abc'],
    ['tab\there\r\nand a line', 'tab\there\r\nand a line'],
    ['half \ud83d of it', 'half \ufffd of it'],
    ['Grüße 🤖 مرحبا', 'Grüße 🤖 مرحبا'],
    ['\u007f', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(cleaned(text)).toBe(expected);
  });

  it('is not changed by cleaning it again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cleaned(cleaned(text))).toBe(cleaned(text));
        expect(cleaned(text).isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('A time', () => {
  it('is called today on the same day, and has its date on any other', () => {
    expect(timeText(new Date())).toMatch(/^Today /);
    expect(timeText(new Date(2001, 4, 7, 9, 30))).toMatch(/7.*, /);
    expect(timeText(new Date(2001, 4, 7, 9, 30))).not.toMatch(/Today/);
  });
});

it('Two messages are the same when they say the same', () => {
  expect(isSame({ text: 'a', quick_replies: [] }, { text: 'a', quick_replies: [] })).toBe(true);
  expect(isSame({ text: 'a' }, { text: 'b' })).toBe(false);
  expect(isSame({ text: 'a' }, undefined)).toBe(false);
});
