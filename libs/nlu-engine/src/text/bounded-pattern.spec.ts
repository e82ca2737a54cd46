import { describe, expect, it } from '@jest/globals';
import { BoundedPattern, PatternError } from './bounded-pattern.js';

const found = (pattern: string, text: string, isCaseSensitive = false): string[] =>
  new BoundedPattern(pattern, isCaseSensitive).findAll(text).map(({ start, end }) => text.slice(start, end));

describe('a bounded pattern', () => {
  it('finds what the expression matches', () => {
    expect(found('INC\\d{7}', 'see inc0012345 and INC9999999')).toEqual(['inc0012345', 'INC9999999']);
    expect(found('[\\w.+-]+@[\\w-]+\\.[\\w.]+', 'ask ann.b@corp.example today')).toEqual(['ann.b@corp.example']);
    expect(found('(\\d{1,3}\\.){3}\\d{1,3}', 'host 10.0.0.17')).toEqual(['10.0.0.17']);
    expect(found('colou?r|gr[ae]y*', 'color colour grey')).toEqual(['color', 'colour', 'grey']);
  });

  it('minds case only when asked to', () => {
    expect(found('abc', 'ABC', true)).toEqual([]);
    expect(found('(?i)abc', 'ABC', true)).toEqual(['ABC']);
  });

  it('takes the named groups of Python', () => expect(found('(?P<year>\\d{4})', 'in 1999')).toEqual(['1999']));

  it('reports no empty matches', () => expect(found('a*', 'bab')).toEqual(['a']));

  it.each([
    '(a+)+',
    '(a*)*b',
    '(?:\\w+\\s?)*',
    '(a|a)*c',
    '([a-z]+){2,}',
    '(x+x+)+y',
    '(.*)\\1',
    '(a|aa){30}',
    `${'(a|a)'.repeat(20)}b`,
  ])('refuses %s, which can take for ever', (pattern) =>
    expect(() => new BoundedPattern(pattern, true)).toThrow(PatternError),
  );

  it.each(['(', ')', '[a', '*', 'a{2,1}'])('refuses %s, which is not a regular expression', (pattern) => {
    expect(() => new BoundedPattern(pattern, true)).toThrow(PatternError);
  });

  it('reads brackets and escapes without mistaking them for groups', () => {
    expect(found('[()+*]+\\(\\d+\\)', 'f()(12)')).toEqual(['()(12)']);
  });
});
