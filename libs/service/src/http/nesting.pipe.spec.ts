import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NestingPipe } from './nesting.pipe.js';
import { Problem } from './problem.filter.js';

const DEEPEST = 32;
const pipe = new NestingPipe();
const body = { type: 'body' } as const;

/** A value nested this deep, with lists and objects in the order of `shape`. */
function nested(depth: number, shape: boolean[] = [true]): unknown {
  let value: unknown = 'core';
  for (let i = 0; i < depth; i++) value = shape[i % shape.length] ? { more: value, text: 'x' } : ['x', value];
  return value;
}

describe('The nesting of a body', () => {
  it('is refused beyond 32 levels of lists or objects', () => {
    const shape = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 80 }), shape, (depth, shape) => {
        const value = nested(depth, shape);
        const transform = () => pipe.transform(value, body);
        if (depth <= DEEPEST) expect(transform()).toBe(value);
        else expect(transform).toThrow(Problem);
      }),
    );
  });

  it('is refused without exhausting the stack, at any depth', () => {
    expect(() => pipe.transform(nested(200_000), body)).toThrow(Problem);
  });

  it.each([null, undefined, '', 5, true, [], {}])('is accepted for %j', (value) => {
    expect(pipe.transform(value, body)).toBe(value);
  });

  it('is checked in bodies only', () => {
    const value = nested(100);
    for (const type of ['query', 'param', 'custom'] as const) expect(pipe.transform(value, { type })).toBe(value);
  });
});
