import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instantOf, shownIn, stampOf, storedFrom } from './date-time.js';

describe('Date-times', () => {
  it('are shown in a time zone, with its summer time, and in UTC without one', () => {
    expect(shownIn('Europe/Madrid', '2026-07-01 12:00:00')).toBe('2026-07-01 14:00:00');
    expect(shownIn('America/Los_Angeles', '2026-01-01 00:00:00')).toBe('2025-12-31 16:00:00');
    expect(shownIn('', '2026-07-01 12:00:00')).toBe('2026-07-01 12:00:00');
    expect(shownIn('Europe/Madrid', 'nonsense')).toBe('nonsense');
  });

  it('survive a round trip, except in the hour that a time zone has twice', () => {
    const moment = fc
      .integer({ min: Date.parse('2001-01-01'), max: Date.parse('2035-01-01') })
      .map((at) => at - (at % 1_000));
    const zone = fc.constantFrom('GMT', 'Europe/Madrid', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Auckland');
    fc.assert(
      fc.property(moment, zone, (instant, name) => {
        const shown = shownIn(name, stampOf(instant));
        const back = storedFrom(name, shown);
        expect(shownIn(name, back)).toBe(shown);
        expect(Math.abs(instantOf(back)! - instant)).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });
});
