import { describe, expect, it } from '@jest/globals';
import { action, assistantOf, checkpoint, intent, story } from '../assistant.fixture.js';
import { findStoryConflicts } from './story-conflicts.js';

const conflictsOf = (stories: ReturnType<typeof story>[], maxHistory: number | null = null): string[] =>
  findStoryConflicts(assistantOf({ stories }), maxHistory).map(({ message }) => message);

const [greet, more, a, b] = [intent('greet'), intent('more'), action('utter_a'), action('utter_b')];

describe('findStoryConflicts', () => {
  it('reports nothing for stories that agree, even if they repeat each other', () => {
    expect(conflictsOf([story('one', greet, a), story('two', greet, a), story('three', more, b)])).toEqual([]);
  });

  it('names the conflicting actions and their stories', () => {
    expect(conflictsOf([story('one', greet, a), story('two', greet, b), story('three', greet, b)])).toEqual([
      'Stories go on differently after the same history: "utter_a" in "one" and "utter_b" in "two", "three". ' +
        'Change one of them, or tell them apart by a slot.',
    ]);
  });

  it('compares no more history than allowed', () => {
    const stories = [story('one', greet, a, more, a), story('two', more, b, more, b)];
    expect(conflictsOf(stories)).toEqual([]);
    expect(conflictsOf(stories, 3)).toEqual([]);
    expect(conflictsOf(stories, 1)).toHaveLength(1);
  });

  it('follows checkpoints', () => {
    const stories = [story('start', greet, a, checkpoint('c')), story('one', checkpoint('c'), more, a)];
    expect(conflictsOf(stories)).toEqual([]);
    expect(conflictsOf([...stories, story('two', checkpoint('c'), more, b)])).toEqual([
      expect.stringContaining('"utter_a" in "start > one" and "utter_b" in "start > two"'),
    ]);
  });
});
