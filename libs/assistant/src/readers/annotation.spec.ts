import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnnotationError, readAnnotated, writeAnnotated } from './annotation.js';
import type { AnnotatedEntity } from '../model/assistant.js';

describe('readAnnotated', () => {
  it('reads the type from parentheses and the value from the text', () => {
    expect(readAnnotated('the [vpn](service) is down in [Leeds](site)')).toEqual({
      text: 'the vpn is down in Leeds',
      entities: [
        { entity: 'service', value: 'vpn', start: 4, end: 7 },
        { entity: 'site', value: 'Leeds', start: 19, end: 24 },
      ],
    });
  });

  it('reads a value after a colon', () => {
    expect(readAnnotated('[wlan](service:wifi)').entities).toEqual([
      { entity: 'service', value: 'wifi', start: 0, end: 4 },
    ]);
  });

  it('reads value, role and group from JSON', () => {
    const { text, entities } = readAnnotated(
      'to [floor 3]{"entity": "site", "value": "3", "role": "to", "group": "1"}!',
    );
    expect(text).toBe('to floor 3!');
    expect(entities).toEqual([{ entity: 'site', value: '3', role: 'to', group: '1', start: 3, end: 10 }]);
  });

  it('reads several annotations of one span', () => {
    expect(readAnnotated('[Paris][{"entity": "city"}, {"entity": "name", "role": "first"}]').entities).toEqual([
      { entity: 'city', value: 'Paris', start: 0, end: 5 },
      { entity: 'name', value: 'Paris', role: 'first', start: 0, end: 5 },
    ]);
  });

  it('reads values with brackets and braces', () => {
    expect(readAnnotated('[it]{"entity": "x", "value": "a}]\\"b"} ok')).toEqual({
      text: 'it ok',
      entities: [{ entity: 'x', value: 'a}]"b', start: 0, end: 2 }],
    });
  });

  it.each(['a [b] c', 'list[0][1]', '[a]', '[]()', '[a]()', '[a] (b)', '[a](b', '](', '[[', '(a)[b]'])(
    'leaves %s unchanged',
    (text) => {
      expect(readAnnotated(text)).toEqual({ text, entities: [] });
    },
  );

  it('finds an annotation after an unmatched bracket', () => {
    expect(readAnnotated('see [ the [vpn](service)').text).toBe('see [ the vpn');
  });

  it.each([
    [`[a]{'entity': 'b'}`, /\[a\] is not valid JSON/],
    ['[a]{"entity": "b"', /\[a\] is not valid JSON/],
    ['[a]{"value": "b"}', /\[a\] does not say "entity"/],
    ['[a][{"entity": "b"}, 3]', /\[a\] does not say "entity"/],
  ])('refuses %s', (text, message) => {
    expect(() => readAnnotated(text)).toThrow(AnnotationError);
    expect(() => readAnnotated(text)).toThrow(message);
  });

  const plain = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[[\]\n]/g, '_'));
  const name = fc.stringMatching(/^[a-z_]{1,8}$/);
  const label = fc.record(
    { entity: name, value: fc.string({ minLength: 1 }), role: name, group: name },
    { requiredKeys: ['entity'] },
  );
  const piece = fc.record({
    before: plain,
    surface: plain.filter((text) => text !== ''),
    label,
    isShort: fc.boolean(),
  });

  it('returns the annotated entities at their offsets', () => {
    fc.assert(
      fc.property(fc.array(piece), plain, (pieces, after) => {
        let text = '';
        let written = '';
        const entities: AnnotatedEntity[] = [];
        for (const { before, surface, label: chosen, isShort } of pieces) {
          const { value, ...rest } = isShort ? { entity: chosen.entity } : chosen;
          text += before + surface;
          written += `${before}[${surface}]${isShort ? `(${chosen.entity})` : JSON.stringify(chosen)}`;
          entities.push({ ...rest, value: value ?? surface, start: text.length - surface.length, end: text.length });
        }
        expect(readAnnotated(written + after)).toEqual({ text: text + after, entities });
      }),
    );
  });

  it('either reads a text or refuses it, and never adds characters', () => {
    const fragments = fc.constantFrom('[', ']', '(', ')', '{', '}', '"entity"', ':', '"', 'a', 'b c', ',', '\\');
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 30 }), (parts) => {
        const source = parts.join('');
        try {
          const { text, entities } = readAnnotated(source);
          expect(text.length).toBeLessThanOrEqual(source.length);
          for (const { start, end } of entities) expect(0 <= start && start < end && end <= text.length).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(AnnotationError);
        }
      }),
    );
  });
});

describe('writeAnnotated', () => {
  it.each([
    ['the [vpn](service) is down'],
    ['[wlan]{"entity":"service","value":"wifi"} drops'],
    ['from [2]{"entity":"floor","role":"from"} to [3]{"entity":"floor","role":"to","group":"1"}'],
    ['[Paris][{"entity":"city"},{"entity":"name","role":"first"}]'],
    ['no entities'],
  ])('writes back %s', (annotated) => {
    const { text, entities } = readAnnotated(annotated);
    expect(writeAnnotated(text, entities)).toBe(annotated);
  });

  const entity = { entity: 'x', start: 0, end: 1, value: 'a' };
  it.each<[string, string, AnnotatedEntity[]]>([
    [
      'overlaps',
      'abc',
      [
        { ...entity, end: 2, value: 'ab' },
        { ...entity, start: 1, end: 3, value: 'bc' },
      ],
    ],
    ['ends after the text', 'a', [{ ...entity, end: 2 }]],
    ['is empty', 'a', [{ ...entity, end: 0 }]],
    ['has a bracket in it', 'a]b', [{ ...entity, end: 3, value: 'a]b' }]],
    ['stands in a text that looks like an annotation', 'a [b](c)', [entity]],
    ['stands in a text of two lines', 'a\nb', [entity]],
  ])('refuses an entity that %s', (_, text, entities) => {
    expect(writeAnnotated(text, entities)).toBeUndefined();
  });

  const word = fc.stringMatching(/^[a-zäß😀 ]{1,6}$/u);
  const name = fc.stringMatching(/^[a-z_]{1,6}$/);
  const piece = fc.record({
    before: word,
    surface: word,
    labels: fc.array(fc.record({ entity: name, value: fc.string({ minLength: 1 }), role: name, group: name }), {
      minLength: 1,
      maxLength: 2,
    }),
  });

  it('can be read back as the same text and entities', () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        let text = '';
        const entities: AnnotatedEntity[] = [];
        for (const { before, surface, labels } of pieces) {
          text += before + surface;
          for (const label of labels)
            entities.push({ ...label, start: text.length - surface.length, end: text.length });
        }
        expect(readAnnotated(writeAnnotated(text, entities)!)).toEqual({ text, entities });
      }),
    );
  });
});
