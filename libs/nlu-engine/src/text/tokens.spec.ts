import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_TOKENS, tokenize } from './tokens.js';

const words = (text: string): string[] => tokenize(text).map((token) => token.word);

describe('the tokenizer', () => {
  it('leaves punctuation out and keeps what belongs inside a word', () => {
    expect(words("My wi-fi, isn't it v12.04?")).toEqual(['my', 'wi-fi', "isn't", 'it', 'v12.04']);
  });

  it('keeps the @ in front of a name, and no other', () => {
    expect(words('tell @service.desk, not @ 5 @5 @@bob a@b.c')).toEqual([
      'tell',
      '@service.desk',
      'not',
      '5',
      '5',
      'bob',
      'a@b.c',
    ]);
  });

  it('compares words in compatible, lower-case form', () => {
    expect(words('ＶＰＮ Café')).toEqual(['vpn', 'café']);
    expect(words('Cafe\u0301')).toEqual(['café']);
  });

  it('cuts scripts without spaces into characters and keeps emoji whole', () => {
    expect(words('密码 👩‍💻!')).toEqual(['密', '码', '👩‍💻']);
  });

  it('looks at a bounded number of tokens', () => expect(words('a '.repeat(5_000))).toHaveLength(MAX_TOKENS));

  it('gives ascending, non-empty, non-overlapping spans of the original text for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let end = 0;
        for (const token of tokenize(text)) {
          expect(token.start).toBeGreaterThanOrEqual(end);
          expect(token.end).toBeGreaterThan(token.start);
          expect(text.slice(token.start, token.end)).toBe(token.text);
          end = token.end;
        }
      }),
    );
  });
});
