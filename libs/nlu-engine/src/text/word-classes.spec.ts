import { describe, expect, it } from '@jest/globals';
import { WordClasses } from './word-classes.js';

describe('the classes of words', () => {
  const classes = new WordClasses('en-1\nFirstName Noun\temily marc\nVerb\topen\n');

  it('are those of the line that a word is in', () => {
    expect(classes.id).toBe('en-1');
    expect(classes.of('marc')).toEqual(['FirstName', 'Noun']);
    expect(classes.of('open')).toEqual(['Verb']);
  });

  it('of a possessive are those of its word, and that it is one', () =>
    expect(classes.of("emily's")).toEqual(['FirstName', 'Noun', 'Possessive']));

  it.each(['qwoeiu', "qwoeiu's", "'s", '', 'constructor'])('of %p are none', (word) =>
    expect(classes.of(word)).toEqual([]),
  );
});
