import { type Language } from './language.js';

/** A unit by Duckling's name; one of what was written is `factor` of it. */
export interface Unit {
  dimension: 'duration' | 'distance' | 'volume' | 'amount-of-money';
  unit: string;
  factor: number;
}

const SECONDS = { second: 1, minute: 60, hour: 3_600, day: 86_400, week: 604_800, month: 2_592_000, year: 31_536_000 };
/** Grains of time, from fine to coarse. */
export type Grain = keyof typeof SECONDS;

/** Length of a duration's unit in seconds; a month has 30 days, a year 365. */
export const secondsOf = (unit: Grain): number => SECONDS[unit];

/** The next finer unit that divides this one; of a second itself. */
export const finerUnit = (unit: Grain): Grain =>
  (
    ({
      second: 'second',
      minute: 'second',
      hour: 'minute',
      day: 'hour',
      week: 'day',
      month: 'day',
      year: 'month',
    }) as const
  )[unit];

const table = (dimension: Unit['dimension'], rows: string): [string, Unit][] =>
  rows
    .trim()
    .split('\n')
    .flatMap((row) => {
      const [name = '', written = ''] = row.trim().split(': ');
      const [unit = '', factor = '1'] = name.split('*');
      return written.split(' ').map((word): [string, Unit] => [word, { dimension, unit, factor: Number(factor) }]);
    });

const SIGNS = [
  ...table(
    'amount-of-money',
    `EUR: € eur
     $: $
     USD: usd
     £: £
     GBP: gbp
     CHF: chf
     JPY: ¥ jpy`,
  ),
  ...table(
    'distance',
    `kilometre: km
     metre: m
     centimetre: cm
     millimetre: mm
     inch: " ″`,
  ),
  ...table('volume', 'litre: l\nmillilitre: ml'),
  ...table('duration', 'hour: h\nsecond: s sec\nminute: min'),
];

const WORDS: Readonly<Record<Language, [string, Unit][]>> = {
  en: [
    ...table(
      'duration',
      `second: second seconds secs
       minute: minute minutes mins
       hour: hour hours hr hrs
       day: day days
       week: week weeks wk wks
       week*2: fortnight fortnights
       month: month months
       year: year years yr yrs`,
    ),
    ...table(
      'distance',
      `kilometre: kilometre kilometres kilometer kilometers
       metre: metre metres meter meters
       centimetre: centimetre centimetres centimeter centimeters
       millimetre: millimetre millimetres millimeter millimeters
       mile: mile miles
       yard: yard yards
       foot: foot feet ft
       inch: inch inches`,
    ),
    ...table(
      'volume',
      `litre: litre litres liter liters
       millilitre: millilitre millilitres milliliter milliliters
       gallon: gallon gallons`,
    ),
    ...table(
      'amount-of-money',
      `EUR: euro euros
       $: dollar dollars
       £: pound pounds
       cent: cent cents`,
    ),
  ],
  de: [
    ...table(
      'duration',
      `second: sekunde sekunden sek
       minute: minute minuten
       minute*15: viertelstunde
       minute*45: dreiviertelstunde
       hour: stunde stunden std
       day: tag tage tagen tages
       week: woche wochen
       month: monat monate monaten monats
       year: jahr jahre jahren jahres`,
    ),
    ...table(
      'distance',
      `kilometre: kilometer kilometern
       metre: meter metern
       centimetre: zentimeter zentimetern
       millimetre: millimeter millimetern
       mile: meile meilen
       inch: zoll`,
    ),
    ...table('volume', 'litre: liter litern\nmillilitre: milliliter millilitern'),
    ...table(
      'amount-of-money',
      `EUR: euro euros
       $: dollar dollars
       £: pfund
       CHF: franken
       cent: cent cents`,
    ),
  ],
  other: [],
};

const UNITS: Readonly<Record<Language, ReadonlyMap<string, Unit>>> = {
  en: new Map([...SIGNS, ...WORDS.en]),
  de: new Map([...SIGNS, ...WORDS.de]),
  other: new Map(SIGNS),
};

/** The unit that a word or sign stands for. */
export const unitOf = (written: string, language: Language): Unit | undefined =>
  UNITS[language].get(written.toLowerCase());
