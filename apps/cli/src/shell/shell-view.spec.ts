import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { chosenPayload, printMessage } from './shell-view.js';

const buttons = [
  { title: 'Yes', payload: '/affirm' },
  { title: 'No (really)', payload: '/inform{"a":"(b)"}' },
];

describe('A typed line', () => {
  it('chooses a button by its number', () => {
    expect(chosenPayload('1', { buttons })).toBe('/affirm');
    expect(chosenPayload('2', { buttons })).toBe('/inform{"a":"(b)"}');
  });

  it('is the message itself when it does not match an offered button', () => {
    for (const line of ['0', '3', '99', '1.0', '-1', '01x', 'yes', '/affirm']) {
      expect(chosenPayload(line, { buttons })).toBe(line);
    }
    expect(chosenPayload('1', undefined)).toBe('1');
    expect(chosenPayload('1', { text: 'no buttons' })).toBe('1');
  });
});

describe('The view of the shell', () => {
  let printed: string[];
  beforeEach(() => {
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const plain = (): string => stripVTControlCharacters(printed.join('\n'));

  it('shows every part of a message, with numbered buttons', () => {
    printMessage({ text: 'Sure?\nReally?', buttons, image: 'https://x.example/a.png', custom: { a: 1 } });
    expect(plain()).toBe(
      [
        'Bot › Sure?',
        '      Really?',
        '      1: Yes (/affirm)',
        '      2: No (really) (/inform{"a":"(b)"})',
        '      image: https://x.example/a.png',
        '      custom: {"a":1}',
      ].join('\n'),
    );
  });
});
