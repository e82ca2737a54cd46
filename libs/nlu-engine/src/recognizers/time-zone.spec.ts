import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isoOfWall, isTimezone, offsetAt, offsetAtWall, wallTime } from './time-zone.js';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Kiritimati',
];
const zone = fc.constantFrom(...ZONES);
const instant = fc
  .integer({ min: Date.UTC(1990, 0), max: Date.UTC(2035, 0) })
  .map((at) => Math.floor(at / 1_000) * 1_000);
const at = (iso: string): number => Date.parse(`${iso}Z`);

describe('A time zone', () => {
  it.each([...ZONES, 'europe/berlin'])('is %s', (name) => {
    expect(isTimezone(name)).toBe(true);
  });

  it.each(['Mars/Olympus', 'Berlin', '', 'Europe/Berlin; drop'])('is not %j', (name) => {
    expect(isTimezone(name)).toBe(false);
    expect(() => offsetAt(0, name)).toThrow(RangeError);
  });

  it.each([
    ['UTC', '2026-07-01T12:00', 0],
    ['Europe/Berlin', '2026-01-01T12:00', 60],
    ['Europe/Berlin', '2026-07-01T12:00', 120],
    ['Asia/Kolkata', '2026-07-01T12:00', 330],
    ['America/New_York', '2026-01-01T12:00', -300],
    ['America/St_Johns', '2026-01-01T12:00', -210],
  ])('%s is at %s ahead by %i minutes', (name, when, minutes) => {
    expect(offsetAt(at(when), name)).toBe(minutes);
  });

  it('changes its clocks at the exact instant', () => {
    const change = at('2026-03-29T01:00');
    expect([offsetAt(change - 1, 'Europe/Berlin'), offsetAt(change, 'Europe/Berlin')]).toEqual([60, 120]);
  });
});

describe('What clocks show', () => {
  it('leads back to the instant, except in the hour that they show twice', () => {
    fc.assert(
      fc.property(instant, zone, (instant, zone) => {
        const wall = wallTime(instant, zone);
        const back = wall - offsetAtWall(wall, zone) * 60_000;
        expect(wallTime(back, zone)).toBe(wall);
        expect(back).toBeLessThanOrEqual(instant);
        if (offsetAt(instant - 7_200_000, zone) === offsetAt(instant + 7_200_000, zone)) expect(back).toBe(instant);
      }),
    );
  });

  it('is of two instants the earlier, when clocks are set back', () => {
    expect(offsetAtWall(at('2026-10-25T02:30'), 'Europe/Berlin')).toBe(120);
    expect(offsetAtWall(at('2026-11-01T01:30'), 'America/New_York')).toBe(-240);
  });

  it('is written so that the same instant is read from it', () => {
    fc.assert(
      fc.property(instant, zone, (instant, zone) => {
        const wall = wallTime(instant, zone);
        const iso = isoOfWall(wall, zone);
        expect(iso).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
        expect(Date.parse(iso)).toBe(wall - offsetAtWall(wall, zone) * 60_000);
        expect(at(iso.slice(0, 23))).toBe(wall);
      }),
    );
  });

  it.each([
    ['UTC', '2026-01-01T09:00:00.000+00:00'],
    ['America/St_Johns', '2026-01-01T09:00:00.000-03:30'],
    ['Asia/Kolkata', '2026-01-01T09:00:00.000+05:30'],
  ])('in %s is %s', (zone, iso) => {
    expect(isoOfWall(at('2026-01-01T09:00'), zone)).toBe(iso);
  });
});
