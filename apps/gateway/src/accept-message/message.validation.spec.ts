import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH, MessageReceived } from '#contracts';
import { idProblem, metadataProblem, textProblem } from './message.validation.js';

const FORBIDDEN = [...Array(32).keys(), 0x7f].filter((code) => ![9, 10, 13].includes(code));
const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });
const forbiddenCharacter = fc.constantFrom(...FORBIDDEN).map((code) => String.fromCharCode(code));
const loneSurrogate = fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code));

/** Arrays and objects around a value, `depth` of them. */
const nested = (depth: number, value: unknown = 1): unknown => {
  let result = value;
  for (let i = 0; i < depth; i++) result = i % 2 ? [result] : { key: result };
  return result;
};

describe('The text of a message', () => {
  it('may be in any script and have several lines', () => {
    for (const text of [
      'hi',
      'Grüße\n\taus Köln\r\n',
      '日本語',
      'مرحبا',
      '👩🏽‍🚒 zero\u200dwidth',
      '\u202eright to left',
    ]) {
      expect(textProblem(text)).toBeUndefined();
    }
  });

  it('must be a string', () => {
    fc.assert(
      fc.property(
        fc.anything().filter((value) => typeof value !== 'string'),
        (value) => expect(textProblem(value)).toBe('message must be a string'),
      ),
    );
  });

  it('must not be blank', () => {
    for (const text of ['', ' ', '\n\t\r', '\u00a0\u2003']) expect(textProblem(text)).toBe('message must not be empty');
  });

  it('must not be longer than the limit', () => {
    expect(textProblem('x'.repeat(MAX_TEXT_LENGTH))).toBeUndefined();
    expect(textProblem('x'.repeat(MAX_TEXT_LENGTH + 1))).toContain(String(MAX_TEXT_LENGTH));
  });

  it('must not contain control characters at any place', () => {
    fc.assert(
      fc.property(anyText, forbiddenCharacter, anyText, (before, character, after) => {
        expect(textProblem(`a${before}${character}${after}`)).toEqual(expect.stringContaining('message'));
      }),
    );
    for (const code of FORBIDDEN) {
      expect(textProblem(`a${String.fromCharCode(code)}b`)).toBe('message must not contain control characters');
    }
  });

  it('must not contain half of a surrogate pair', () => {
    fc.assert(
      fc.property(loneSurrogate, (half) => expect(textProblem(`a${half}b`)).toContain('surrogate')),
      { numRuns: 50 },
    );
  });

  it('conforms to the bus contract whenever it is accepted here', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, id) => {
        fc.pre(textProblem(text) === undefined && idProblem('sender', id) === undefined);
        const message = {
          messageId: id,
          conversationId: id,
          text: text.trim(),
          channel: { input: 'rest', output: 'collector' },
          sentAt: '2026-01-01T00:00:00.000Z',
        };
        expect(MessageReceived.problemWith(message)).toBeUndefined();
      }),
    );
  });
});

describe('An id', () => {
  it('is named in its error', () => {
    for (const value of [5, '', ' ', 'x'.repeat(MAX_ID_LENGTH + 1), 'a\0b', '\ud800']) {
      expect(idProblem('sender', value)).toMatch(/^sender must /);
    }
  });

  it('may be as long as the limit', () => {
    expect(idProblem('sender', 'x'.repeat(MAX_ID_LENGTH))).toBeUndefined();
  });

  it('may have its own limit', () => {
    expect(idProblem('input_channel', 'x'.repeat(64), 64)).toBeUndefined();
    expect(idProblem('input_channel', 'x'.repeat(65), 64)).toBe('input_channel must have at most 64 characters');
  });
});

describe('Metadata', () => {
  it('may be any object of JSON values that is not nested too deeply', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ unit: 'grapheme-ascii' }),
          fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme-ascii' }),
        ),
        (value) => {
          expect(metadataProblem(value)).toBeUndefined();
        },
      ),
    );
  });

  it('must be an object', () => {
    for (const value of [null, [], 'text', 5, true]) expect(metadataProblem(value)).toBe('metadata must be an object');
  });

  it('must not be nested deeper than ten levels', () => {
    expect(metadataProblem({ top: nested(9) })).toBeUndefined();
    expect(metadataProblem({ top: nested(10) })).toContain('10 levels');
  });

  it('is refused without a crash when it is nested a hundred thousand levels deep', () => {
    expect(metadataProblem({ top: nested(100_000) })).toContain('10 levels');
  });

  it('must not contain control characters or halves of surrogate pairs, neither in values nor in keys', () => {
    fc.assert(
      fc.property(fc.oneof(forbiddenCharacter, loneSurrogate), fc.integer({ min: 0, max: 8 }), (bad, depth) => {
        expect(metadataProblem({ top: nested(depth, `a${bad}`) })).toMatch(/^metadata must /);
        expect(metadataProblem({ top: nested(depth, { [`a${bad}`]: 1 }) })).toMatch(/^metadata must /);
      }),
    );
  });
});
