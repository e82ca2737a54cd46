import { type Amount } from './numbers/amounts.js';
import { type DucklingValue, type Finding, type Recognizer, type Source } from './recognizer.js';
import { finerUnit, type Grain, secondsOf, type Unit, unitOf } from './numbers/units.js';

/** An amount with its unit. */
interface Measure extends Unit {
  start: number;
  end: number;
  value: number;
}

const UNIT = /[\s-]{0,2}(?:(\p{L}{1,20})(?![\p{L}\p{N}_])|([€$£¥"″]))/uy;
const MONEY_SIGN = /([€$£¥])\s?$/u;
const TEMPERATURE =
  /\s{0,2}(?:(?:°|degrees?|Grad)\s?(C|F|Celsius|Fahrenheit)?|(Celsius|Fahrenheit))(?![\p{L}\p{N}])/iuy;

/** Words that stand for an amount before a unit of time only: `half an hour`, `eine Woche`. */
const ARTICLES = {
  en: /(?<![\p{L}\p{N}-])(?:half an?|a couple of|an?)(?=\s)/giu,
  de: /(?<![\p{L}\p{N}-])(?:(?:eine[nrm]? )?halbe[nrms]?|eine?[nrms]?)(?=\s)/giu,
};
const AND_A_HALF = / and a half(?!\p{L})/iuy;
const BETWEEN_DURATIONS = /^\s?(?:,|and|und)?\s?$/iu;

const WITH_DECIMALS_OF = 1e6;
const rounded = (value: number): number => Math.round(value * WITH_DECIMALS_OF) / WITH_DECIMALS_OF;

/** Lengths of time, in the coarsest unit that makes them whole: `90 min`, `half an hour`, `2 hours and 15 minutes`. */
export const duration: Recognizer = (source) => {
  const measures = [...countedMeasures(source), ...measuresOf(source, articles(source))]
    .filter(({ dimension }) => dimension === 'duration')
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const joined: Measure[] = [];
  for (const measure of measures) {
    const whole = inWholeUnits(measure);
    const last = joined.at(-1);
    if (last && whole.start < last.end) continue;
    const isContinued =
      last !== undefined &&
      secondsOf(whole.unit) < secondsOf(last.unit as Grain) &&
      whole.start - last.end <= 5 &&
      BETWEEN_DURATIONS.test(source.text.slice(last.end, whole.start));
    if (isContinued) {
      const factor = secondsOf(last.unit as Grain) / secondsOf(whole.unit);
      joined[joined.length - 1] = { ...whole, start: last.start, value: rounded(last.value * factor + whole.value) };
    } else joined.push(whole);
  }
  return joined.map(({ start, end, value, unit }) => ({ start, end, value: durationValue(value, unit as Grain) }));
};

const durationValue = (value: number, unit: Grain): DucklingValue => ({
  value,
  [unit]: value,
  unit,
  normalized: { value: rounded(value * secondsOf(unit)), unit: 'second' },
  type: 'value',
});

/** Lengths and distances in metric and imperial units. */
export const distance: Recognizer = (source) => measured(source, 'distance');

/** Volumes in litres, millilitres and gallons. */
export const volume: Recognizer = (source) => measured(source, 'volume');

/** Amounts with a currency before or after them; the unit is Duckling's (`$`, `EUR`, `£`, `CHF`, ...). */
export const amountOfMoney: Recognizer = (source) => [
  ...measured(source, 'amount-of-money'),
  ...source.amounts.filter(isCount).flatMap(({ start, end, value }): Finding[] => {
    const sign = MONEY_SIGN.exec(source.text.slice(Math.max(0, start - 2), start));
    if (!sign) return [];
    const unit = unitOf(sign[1]!, source.setting.language)?.unit;
    return [{ start: start - sign[0].length, end, value: { value, unit, type: 'value' } }];
  }),
];

/** Temperatures; the unit is `celsius`, `fahrenheit` or, when neither is named, `degree`. */
export const temperature: Recognizer = ({ text, amounts }) =>
  amounts.filter(isCount).flatMap(({ start, end, value }): Finding[] => {
    TEMPERATURE.lastIndex = end;
    const match = TEMPERATURE.exec(text);
    if (!match) return [];
    const scale = (match[1] ?? match[2] ?? '').charAt(0).toLowerCase();
    const unit = scale === 'c' ? 'celsius' : scale === 'f' ? 'fahrenheit' : 'degree';
    return [{ start, end: TEMPERATURE.lastIndex, value: { value, unit, type: 'value' } }];
  });

const isCount = ({ isOrdinal }: Amount): boolean => !isOrdinal;

const measured = (source: Source, dimension: Unit['dimension']): Finding[] =>
  countedMeasures(source)
    .filter((measure) => measure.dimension === dimension)
    .map(({ start, end, value, unit }) => ({ start, end, value: { value, unit, type: 'value' } }));

const known = new WeakMap<Source, Measure[]>();

/** Measures of all dimensions with a number; found once for each text. */
function countedMeasures(source: Source): Measure[] {
  const measures = known.get(source) ?? measuresOf(source, source.amounts);
  known.set(source, measures);
  return measures;
}

/** The amounts that a unit follows. */
function measuresOf({ text, setting }: Source, amounts: readonly Amount[]): Measure[] {
  return amounts.filter(isCount).flatMap((amount): Measure[] => {
    UNIT.lastIndex = amount.end;
    const match = UNIT.exec(text);
    const unit = match && unitOf(match[1] ?? match[2]!, setting.language);
    if (!unit) return [];
    let end = amount.end + match[0].length;
    AND_A_HALF.lastIndex = end;
    const half = AND_A_HALF.exec(text);
    if (half) end += half[0].length;
    const value = rounded((amount.value + (half ? 0.5 : 0)) * unit.factor);
    return [{ ...unit, start: amount.start, end, value }];
  });
}

function articles({ text, setting: { language } }: Source): Amount[] {
  if (language === 'other') return [];
  return [...text.matchAll(ARTICLES[language])].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    value: /hal[fb]/i.test(match[0]) ? 0.5 : /couple/i.test(match[0]) ? 2 : 1,
    isOrdinal: false,
    isPart: false,
  }));
}

function inWholeUnits(measure: Measure): Measure & { unit: Grain } {
  let unit = measure.unit as Grain;
  let value = measure.value;
  while (!Number.isInteger(value) && unit !== 'second') {
    const finer = finerUnit(unit);
    value = rounded((value * secondsOf(unit)) / secondsOf(finer));
    unit = finer;
  }
  return { ...measure, value, unit };
}
