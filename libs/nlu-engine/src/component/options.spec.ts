import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NluConfigError } from './errors.js';
import { Options } from './options.js';

const of = (value: unknown) => new Options({ name: 'Sample', options: { given: value } });
const percent = { min: 0, max: 100 };
const anything = fc.oneof(fc.anything(), fc.constantFrom('', 'auto', 0, 50, true, null, undefined, [], ['a']));

describe('An option of a component', () => {
  it('is either accepted or refused with component, option and value', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const cases: [(options: Options) => unknown, boolean, unknown][] = [
          [
            (options) => options.number('given', 7, percent),
            typeof value === 'number' && value >= 0 && value <= 100,
            7,
          ],
          [(options) => options.boolean('given', true), typeof value === 'boolean', true],
          [(options) => options.choice('given', ['a', 'b']), value === 'a' || value === 'b', 'a'],
          [(options) => options.text('given'), typeof value === 'string' && value !== '', undefined],
          [
            (options) => options.strings('given'),
            Array.isArray(value) && [...(value as unknown[])].every((item) => typeof item === 'string'),
            undefined,
          ],
        ];
        for (const [read, fits, byDefault] of cases) {
          if (value === undefined || value === null) expect(read(of(value))).toEqual(byDefault);
          else if (fits) expect(read(of(value))).toBe(value);
          else expect(() => read(of(value))).toThrow(/^Sample\.given: must be /);
        }
      }),
    );
  });

  it.each<[unknown, boolean]>([
    [5, true],
    [0, true],
    [100, true],
    [5.5, false],
    [101, false],
    [-1, false],
    [NaN, false],
    [Infinity, false],
    ['5', false],
  ])('%j is a whole number from 0 to 100: %s', (value, isOne) => {
    const read = () => of(value).number('given', 1, { ...percent, isWhole: true });
    if (isOne) expect(read()).toBe(value);
    else expect(read).toThrow(NluConfigError);
  });

  it('may be a keyword that leaves the value to the engine', () => {
    expect(of('auto').numberOr('given', 'auto', 1, percent)).toBe('auto');
    expect(of(undefined).numberOr('given', 'auto', 1, percent)).toBe(1);
    expect(() => of('Auto').numberOr('given', 'auto', 1, percent)).toThrow('a number from 0 to 100, not "Auto"');
  });

  it('names its component and itself in the error', () => {
    expect(of(1).error('given', 'is odd')).toMatchObject({
      component: 'Sample',
      option: 'given',
      message: 'Sample.given: is odd',
    });
  });

  it('has no effect when no component reads it', () => {
    const options = new Options({ name: 'Sample', options: { read: 1, other: 2, none: null } });
    options.number('read', 0, percent);
    options.boolean('absent', true);
    expect(options.unread()).toEqual(['other', 'none']);
  });
});
