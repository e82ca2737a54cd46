import { describe, expect, it } from '@jest/globals';
import { entitiesFromDuckling } from './duckling-entity.js';

const TEXT = '🙂 call at 9';
const item = { body: 'at 9', start: 7, end: 11, dim: 'time', latent: false, value: { value: 'x', type: 'value' } };

describe('the answer of a Duckling server', () => {
  it('has offsets in characters, which become those of UTF-16', () => {
    expect(entitiesFromDuckling(TEXT, [item])).toEqual([
      {
        start: 8,
        end: 12,
        text: 'at 9',
        value: 'x',
        confidence: 1,
        additional_info: { value: 'x', type: 'value' },
        entity: 'time',
        extractor: 'DucklingEntityExtractor',
      },
    ]);
  });

  it('may have an interval that is open', () => {
    const value = { type: 'interval', from: { value: 'a', grain: 'day' } };
    expect(entitiesFromDuckling(TEXT, [{ ...item, value }])?.[0]?.value).toEqual({ from: 'a', to: null });
  });

  it.each([
    ['no list', {}],
    ['no findings', [null]],
    ['no value', [{ ...item, value: 'x' }]],
    ['no dimension', [{ ...item, dim: 7 }]],
    ['another text', [{ ...item, body: 'at 10' }]],
    ['offsets outside', [{ ...item, end: 99 }]],
    ['offsets that are none', [{ ...item, start: -1 }]],
    ['an empty span', [{ ...item, body: '', end: 7 }]],
    ['too much', Array(501).fill(item)],
  ])('is refused when it has %s', (_what, answer) => expect(entitiesFromDuckling(TEXT, answer)).toBeUndefined());
});
