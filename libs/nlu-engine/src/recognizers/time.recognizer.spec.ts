import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Language } from './numbers/language.js';
import { Source } from './recognizer.js';
import { piecesOf, time } from './time.recognizer.js';

/** A Wednesday. */
const NOW = new Date('2026-03-11T10:30:00Z');
const berlin = { timezone: 'Europe/Berlin', now: NOW };

const values = (language: Language, text: string) =>
  time(new Source(text, { ...berlin, language })).map(({ value }) => value);

/** Grain and value, without what is the same in all: `hour 2026-03-12T15:00+01:00`. */
function brief(language: Language, text: string): string[] {
  const one = (moment: unknown): string => {
    if (moment === undefined) return '…';
    const { grain, value } = moment as { grain: string; value: string };
    return `${grain} ${value.replace(':00.000', '')}`;
  };
  return values(language, text).map((value) =>
    value.type === 'interval' ? `${one(value.from)} to ${one(value.to)}` : one(value),
  );
}

describe('times', () => {
  it.each<[Language, string, string]>([
    ['en', 'tomorrow at 3pm', 'hour 2026-03-12T15:00+01:00'],
    ['en', '2026-05-17 14:30', 'minute 2026-05-17T14:30+02:00'],
    ['en', '2 hours ago', 'second 2026-03-11T09:30+01:00'],
    ['en', 'in half an hour', 'second 2026-03-11T12:00+01:00'],
    ['en', 'yesterday', 'day 2026-03-10T00:00+01:00'],
    ['en', 'last Friday', 'day 2026-03-06T00:00+01:00'],
    ['en', 'last week', 'week 2026-03-02T00:00+01:00'],
    ['en', 'next month', 'month 2026-04-01T00:00+02:00'],
    ['en', 'half past two', 'minute 2026-03-12T02:30+01:00'],
    ['en', 'tonight', 'hour 2026-03-11T18:00+01:00 to hour 2026-03-12T00:00+01:00'],
    ['en', 'from 9:30 to 11:00 tomorrow', 'minute 2026-03-12T09:30+01:00 to minute 2026-03-12T11:01+01:00'],
    ['en', 'since Monday', 'day 2026-03-09T00:00+01:00 to …'],
    ['en', 'until Friday', '… to day 2026-03-13T00:00+01:00'],
    ['de', 'morgen um 15 Uhr', 'hour 2026-03-12T15:00+01:00'],
    ['de', 'am 17.05.2026 um 14.30 Uhr', 'minute 2026-05-17T14:30+02:00'],
    ['de', 'vor einer halben Stunde', 'second 2026-03-11T11:00+01:00'],
    ['de', 'vor 2 Tagen', 'day 2026-03-09T00:00+01:00'],
    ['de', 'heute früh', 'hour 2026-03-11T00:00+01:00 to hour 2026-03-11T12:00+01:00'],
    ['de', 'Viertel vor acht', 'minute 2026-03-12T07:45+01:00'],
    ['de', 'nächsten Montag zwischen 9 und 11 Uhr', 'hour 2026-03-16T09:00+01:00 to hour 2026-03-16T12:00+01:00'],
    ['de', 'kommenden Montag', 'day 2026-03-16T00:00+01:00'],
    ['de', 'am Wochenende', 'hour 2026-03-13T18:00+01:00 to hour 2026-03-16T00:00+01:00'],
    ['de', 'diese Woche', 'week 2026-03-09T00:00+01:00'],
    ['de', 'im Mai', 'month 2026-05-01T00:00+02:00'],
    ['de', 'am 17.5.', 'day 2026-05-17T00:00+02:00'],
    ['de', 'seit dem 3.5.', 'day 2025-05-03T00:00+02:00 to …'],
    ['de', 'um acht', 'hour 2026-03-12T08:00+01:00'],
  ])('%s: "%s" is %s', (language, text, expected) => expect(brief(language, text)).toEqual([expected]));

  it.each<[Language, string]>([
    ['en', 'may I ask where the march is'],
    ['en', 'it was down for two weeks'],
    ['en', 'Firefox 10.2.19'],
    ['en', 'options from 1 to 3'],
    ['en', '3/4 of us'],
    ['en', 'good evening'],
    ['de', 'so ein Mist, do it, guten Abend, schönen Tag, Version 8.1.'],
  ])('%s: there is none in "%s"', (language, text) => expect(brief(language, text)).toEqual([]));

  it("have Duckling's shape, with the next three of what recurs", () => {
    const monday = (day: string) => ({ type: 'value', grain: 'day', value: `2026-03-${day}T00:00:00.000+01:00` });
    expect(values('en', 'on Monday')).toEqual([
      {
        ...monday('16'),
        values: [monday('16'), monday('23'), { ...monday('30'), value: '2026-03-30T00:00:00.000+02:00' }],
      },
    ]);
  });

  it('are only those with a full date when it is not known when the message was written', () => {
    const text = 'on 2026-05-17 at 14:30, not tomorrow, on Monday, at 9 or in 2 hours';
    const findings = time(new Source(text, { language: 'en', timezone: 'UTC' }));
    expect(findings.map(({ start, end }) => text.slice(start, end))).toEqual(['2026-05-17 at 14:30']);
  });

  it('are looked for in a bounded part of any text', () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('5 days ', '1 ', 'monday ', 'x'.repeat(500), '\n'))),
        fc.integer({ min: 1, max: 400 }),
        (parts, times) => {
          const text = parts.join(' ').repeat(times).slice(0, 4_000);
          const pieces = piecesOf(text, { language: 'en', timezone: 'UTC' });
          expect(pieces.length).toBeLessThanOrEqual(24);
          for (const { start, end } of pieces) expect(end - start).toBeLessThanOrEqual(160);
          const searched = pieces.map(({ start, end }) => text.slice(start, end)).join(' ');
          expect((searched.match(/(?<![\p{L}\p{N}])\d+|(?<!\p{L})monday/gu) ?? []).length).toBeLessThanOrEqual(
            24 + pieces.length,
          );
        },
      ),
    ));
});
