import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseShortcut, shortcutEntities } from './shortcut.js';

describe('A shortcut', () => {
  it.each([
    ['/greet', { intent: 'greet', end: 6 }],
    [' /greet ', { intent: 'greet', end: 8 }],
    ['/inform@0.5{"site": "Leeds"}', { intent: 'inform', confidence: '0.5', entities: '{"site": "Leeds"}', end: 28 }],
    ['/inform{"a":1}{"b":2} and more', { intent: 'inform', entities: '{"a":1}{"b":2}', end: 21 }],
    ['/ask name', { intent: 'ask name', end: 9 }],
    ['/x@.{', { intent: 'x', confidence: '.', end: 4 }],
  ])('%s is parsed', (text, parts) => {
    expect(parseShortcut(text)).toEqual(parts);
  });

  it.each(['greet', '', '/', '/ ', '/{"a":1}', '/@0.5', 'see /greet'])('"%s" is not a shortcut', (text) => {
    expect(parseShortcut(text)).toBeUndefined();
  });

  it('returns the intent, the confidence and the entities that it was written with', () => {
    const name = fc.stringMatching(/^[a-z_]{1,12}$/);
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(name, fc.dictionary(name, value, { minKeys: 1 }), (intent, entities) => {
        const shortcut = parseShortcut(`/${intent}@0.25${JSON.stringify(entities)}`);
        expect(shortcut).toMatchObject({ intent, confidence: '0.25' });
        expect(shortcutEntities(shortcut?.entities ?? '')).toEqual(
          Object.entries(entities).map(([entity, one]) => ({ entity, value: one })),
        );
      }),
    );
  });

  it('has one entity for each value of a list', () => {
    expect(shortcutEntities('{"site": ["Leeds", "Rome"], "floor": []}')).toEqual([
      { entity: 'site', value: 'Leeds' },
      { entity: 'site', value: 'Rome' },
    ]);
  });

  it.each(['', '[]', 'null', '"text"', '{', '{site: Leeds}'])('has no entities in %s', (json) => {
    expect(shortcutEntities(json)).toBeUndefined();
  });
});
