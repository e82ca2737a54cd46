import { type Chrono, type Parser, type ParsingContext } from 'chrono-node';
import { casual as german, ParsingComponents } from 'chrono-node/de';
import { casual as english, strict } from 'chrono-node/en';
import { type Language } from './numbers/language.js';

/** How times are said in a language. */
export interface Dialect {
  chrono: Chrono;
  /** Global. A text without any of these holds no time; most messages are spared the search. */
  cue: RegExp;
  /** Wordings that Chrono does not know, and ones of the same length that it does. */
  rewordings: readonly [RegExp, (written: string) => string][];
  /** What Chrono takes for a time but people seldom mean as one. */
  noise: RegExp;
}

type Parts = Partial<Record<'hour' | 'minute' | 'day' | 'month' | 'year', number>>;

/** A parser of Chrono: what `read` gives is certain, the rest is taken from the reference. */
const parser = (
  pattern: RegExp,
  read: (match: RegExpMatchArray, context: ParsingContext) => Parts | ParsingComponents | null,
): Parser => ({ pattern: () => pattern, extract: (context, match) => read(match, context) });

/** The day so many days from the reference. */
function dayFrom(context: ParsingContext, days: number): Parts {
  const date = context.reference.getDateWithAdjustedTimezone();
  date.setDate(date.getDate() + days);
  return { day: date.getDate(), month: date.getMonth() + 1, year: date.getFullYear() };
}

/** Monday is 0. */
const weekdayOf = (context: ParsingContext): number =>
  (context.reference.getDateWithAdjustedTimezone().getDay() + 6) % 7;

/** `half past two`, `Viertel vor drei`: so many minutes from the full hour. */
const clock = (hour: number, minutes: number): Parts => ({
  hour: (hour + 24 + Math.floor(minutes / 60)) % 24,
  minute: (minutes + 60) % 60,
});
const ENGLISH_HOURS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const GERMAN_HOURS = 'eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf'.split(' ');
const GERMAN_MONTHS = 'januar februar märz april mai juni juli august september oktober november dezember'.split(' ');
const GERMAN_WEEKDAYS = 'montag dienstag mittwoch donnerstag freitag samstag sonntag'.split(' ');

const hourOf = (written: string, words: readonly string[]): number =>
  /\d/.test(written) ? Number(written) : words.indexOf(written.toLowerCase()) + 1;

const ENGLISH_CLOCK = new RegExp(
  String.raw`(?:at )?(half past|(?:a )?quarter (?:past|to)) (\d{1,2}|${ENGLISH_HOURS.join('|')})\b`,
  'i',
);
const COUNTS: Readonly<Record<string, number>> = { a: 1, an: 1, few: 3, couple: 2, half: 0.5 };
const COUNTED = String.raw`(\d{1,4}|a few|a couple of|half an?|an?|${ENGLISH_HOURS.join('|')}) (second|minute|min|hour|day|week|month|year)s?`;
const AGO_OR_LATER = new RegExp(String.raw`${COUNTED}(?: (?:and )?${COUNTED})? (ago|earlier|later|from now)\b`, 'i');
/** These two of Chrono cost a quarter of a second when they are first used; ours takes their place. */
const SLOW_PARSERS = ['ENTimeUnitAgoFormatParser', 'ENTimeUnitLaterFormatParser'];

function countOf(written: string): number {
  const word = /half|few|couple|$/i.exec(written)![0].toLowerCase() || written.toLowerCase();
  return COUNTS[word] ?? hourOf(word, ENGLISH_HOURS);
}

const englishParsers = [
  parser(AGO_OR_LATER, ([, count = '', unit = '', more = '', finer = '', direction = ''], context) => {
    const sign = /ago|earlier/i.test(direction) ? -1 : 1;
    const duration = [
      [count, unit],
      [more, finer],
    ].flatMap(([written = '', of = '']): [string, number][] =>
      written === '' ? [] : [[of.toLowerCase().replace(/^min$/, 'minute'), sign * countOf(written)]],
    );
    return ParsingComponents.createRelativeFromReference(context.reference, Object.fromEntries(duration));
  }),
  parser(ENGLISH_CLOCK, ([, part = '', written = '']) => {
    const hour = hourOf(written, ENGLISH_HOURS);
    return hour < 24 ? clock(hour, /half/i.test(part) ? 30 : /to/i.test(part) ? -15 : 15) : null;
  }),
];

const germanHours = GERMAN_HOURS.join('|');
const germanParsers = [
  parser(/(heute|morgen|gestern) früh/i, ([, day = ''], context) =>
    dayFrom(context, { heute: 0, morgen: 1, gestern: -1 }[day.toLowerCase()] ?? 0),
  ),
  parser(/diese[rn]? Woche/i, (_match, context) => dayFrom(context, 0)),
  parser(/(?:(?:am|dieses|nächste[sn]|letzte[sn]|vergangene[sn]) ){0,2}Wochenende/i, ([written], context) => {
    const weeks = /nächst/i.test(written) ? 1 : /letzt|vergangen/i.test(written) ? -1 : 0;
    return dayFrom(context, 5 - weekdayOf(context) + weeks * 7);
  }),
  parser(
    new RegExp(`(${GERMAN_WEEKDAYS.join('|')})(?:vormittag|nachmittag|abend|nacht)`, 'i'),
    ([, day = ''], context) =>
      dayFrom(context, (GERMAN_WEEKDAYS.indexOf(day.toLowerCase()) - weekdayOf(context) + 7) % 7),
  ),
  parser(new RegExp(String.raw`(?:im )?(${GERMAN_MONTHS.join('|')})(?: (\d{4}))?\b`, 'i'), ([, month = '', year]) => ({
    month: GERMAN_MONTHS.indexOf(month.toLowerCase()) + 1,
    ...(year !== undefined && { year: Number(year) }),
  })),
  // Without such a word before it, `5.3.` may well be a version at the end of a sentence.
  parser(/(?:am|vom|seit|bis|zum|ab|dem) (\d{1,2})\. ?(\d{1,2})\.(?!\d)/i, ([, day, month]) =>
    Number(day) >= 1 && Number(day) <= 31 && Number(month) >= 1 && Number(month) <= 12
      ? { day: Number(day), month: Number(month) }
      : null,
  ),
  parser(
    new RegExp(String.raw`(?:um )?(halb|Viertel (?:vor|nach)) (\d{1,2}|${germanHours})(?![\wäöü])`, 'i'),
    ([, part = '', written = '']) => {
      const hour = hourOf(written, GERMAN_HOURS);
      return hour < 24 ? clock(hour, /halb/i.test(part) ? -30 : /vor/i.test(part) ? -15 : 15) : null;
    },
  ),
  parser(new RegExp(String.raw`(?:um (${germanHours})(?: Uhr)?|(${germanHours}) Uhr)(?![\wäöü])`, 'i'), (match) =>
    clock(hourOf(match[1] ?? match[2] ?? '', GERMAN_HOURS), 0),
  ),
  parser(/(\d{1,2}) Uhr (\d{2})(?!\d)/i, ([, hour, minute]) =>
    Number(hour) < 24 && Number(minute) < 60 ? clock(Number(hour), Number(minute)) : null,
  ),
  parser(/(in|vor) (?:einer )?halben Stunde/i, ([, direction = ''], context) =>
    ParsingComponents.createRelativeFromReference(context.reference, {
      minute: direction.toLowerCase() === 'in' ? 30 : -30,
    }),
  ),
];

const extended = (base: Chrono, parsers: Parser[]): Chrono => {
  const chrono = base.clone();
  chrono.parsers = chrono.parsers.filter((one) => !SLOW_PARSERS.includes(one.constructor.name));
  chrono.parsers.unshift(...parsers);
  return chrono;
};

/** A range with `between` as Chrono knows it, padded to the same length. */
const asRange = (written: string, [and, to]: [string, string], from: string): string =>
  written
    .replace(/^\p{L}+/u, (between) => from.padEnd(between.length))
    .replace(` ${and} `, ` ${to.padEnd(and.length)} `);

export const DIALECTS: Readonly<Record<Language, Dialect>> = {
  en: {
    chrono: extended(english, englishParsers),
    cue: /(?<![\p{L}\p{N}])\d|(?<!\p{L})(?:to(?:day|morrow|night)|yesterday|now|ago|later|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|week|month|year|quarter|half|hour|minute|morning|noon|midday|afternoon|evening|night|midnight|last|next|past)/giu,
    rewordings: [
      [
        /(?<!\p{L})between \d{1,2}(?::\d\d)?(?: ?[ap]m)? and \d{1,2}(?!\d)/giu,
        (written) => asRange(written, ['and', 'to'], 'from'),
      ],
    ],
    noise:
      /^(?:may|march|mar|sun|sat|sec|dec|jan|apr|wed|\d{1,2}\/\d{1,2}|\d{1,2}\.\d{1,2}\.\d{2}|(?:from )?\d{1,2}(?: ?(?:-|to) ?\d{1,2})?)$/i,
  },
  de: {
    chrono: extended(german, germanParsers),
    cue: /(?<![\p{L}\p{N}])\d|(?<!\p{L})(?:heute|morgen|gestern|übermorgen|vorgestern|jetzt|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|sa|jan|jän|feb|mär|mrz|apr|mai|jun|jul|aug|sep|okt|nov|dez|woche|monat|jahr|quartal|halb|viertel|stunde|minute|vor|in|um|vormittag|mittag|nachmittag|abend|nacht|mitternacht|letzt|nächst|kommend|vergang|vorig)|uhr/giu,
    rewordings: [
      [
        /(?<!\p{L})zwischen \d{1,2}(?::\d\d)?(?: Uhr)? und \d{1,2}(?!\d)/giu,
        (written) => asRange(written.replace(' Uhr', '    '), ['und', 'bis'], 'von'),
      ],
      [/(?<![\d.])\d{1,2}\.\d{2}(?= Uhr)/gi, (written) => written.replace('.', ':')],
      [/(?<!\p{L})kommende[nrs]? /giu, (written) => written.replace(/kommende/i, 'nächste').padEnd(written.length)],
    ],
    noise: /^(?:mo|di|mi|do|fr|sa|so|jan|\d{1,2}\/\d{1,2}|(?:von )?\d{1,2}(?: ?(?:-|bis) ?\d{1,2})?)$/i,
  },
  other: { chrono: strict, cue: /(?<!\d)\d{4}/g, rewordings: [], noise: /[^\d\s:.,/TZ+-]/i },
};
