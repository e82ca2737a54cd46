import { describe, expect, it } from '@jest/globals';
import { finerUnit, secondsOf, unitOf, type Grain } from './units.js';

const GRAINS: Grain[] = ['second', 'minute', 'hour', 'day', 'week', 'month', 'year'];

describe('The grains of time', () => {
  it('go from fine to coarse', () => {
    const lengths = GRAINS.map(secondsOf);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    expect(lengths).toEqual([1, 60, 3_600, 86_400, 604_800, 2_592_000, 31_536_000]);
  });

  it.each(GRAINS.filter((grain) => grain !== 'second' && grain !== 'year'))(
    'a %s has a finer one that divides it',
    (grain) => {
      expect(secondsOf(finerUnit(grain))).toBeLessThan(secondsOf(grain));
      expect(secondsOf(grain) % secondsOf(finerUnit(grain))).toBe(0);
    },
  );

  it('end with the second and count a year in months', () => {
    expect([finerUnit('second'), finerUnit('year')]).toEqual(['second', 'month']);
  });
});

describe('A unit', () => {
  it.each([
    ['EUR', 'en', 'amount-of-money', 'EUR', 1],
    ['€', 'other', 'amount-of-money', 'EUR', 1],
    ['Fortnight', 'en', 'duration', 'week', 2],
    ['viertelstunde', 'de', 'duration', 'minute', 15],
    ['km', 'de', 'distance', 'kilometre', 1],
    ['Pfund', 'de', 'amount-of-money', '£', 1],
    ['"', 'en', 'distance', 'inch', 1],
  ] as const)('%s in %s is of %s: %s, times %i', (written, language, dimension, unit, factor) => {
    expect(unitOf(written, language)).toEqual({ dimension, unit, factor });
  });

  it.each([
    ['stunde', 'en'],
    ['hour', 'de'],
    ['minutes', 'other'],
    ['', 'en'],
    ['constructor', 'en'],
  ] as const)('is not %j in %s', (written, language) => {
    expect(unitOf(written, language)).toBeUndefined();
  });
});
