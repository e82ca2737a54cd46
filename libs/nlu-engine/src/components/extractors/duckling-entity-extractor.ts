import {
  type Component,
  type ComponentType,
  type DucklingServer,
  type Message,
  type Training,
} from '../../component/component.js';
import { type State } from '../../learning/state.js';
import { type Options } from '../../component/options.js';
import { ducklingEntity } from '../../recognizers/duckling-entity.js';
import { type Language } from '../../recognizers/numbers/language.js';
import { type DucklingValue } from '../../recognizers/recognizer.js';
import { DIMENSIONS, isOfDuckling, recognize, type Recognized } from '../../recognizers/recognizers.js';
import { isTimezone } from '../../recognizers/time-zone.js';
import { MAX_CHARACTERS } from '../../text/tokens.js';

/** Seconds. Rasa waits three; here a person waits for the answer, and the local recognizers are at hand. */
const DEFAULT_TIMEOUT = 1;

interface Saved {
  [key: string]: State;
  /** Null: all. */
  dimensions: string[] | null;
  locale: string;
  timezone: string | null;
  url: string | null;
  timeout: number;
}

/**
 * `DucklingEntityExtractor`: times, numbers, addresses and the like in Duckling's shape, and some that help desks talk
 * about. They are recognised here, unless the caller of `parse` brings what a Duckling server found; even then the
 * dimensions that no Duckling knows are recognised here. Findings do not overlap (`recognize`). Times like "tomorrow"
 * need the time at which the message was written; without it only full dates are found.
 *
 * Options: `dimensions` (all), `locale` (`de_DE`; by default after the language of the pipeline: decides whose words are
 * read), `timezone` (UTC; that of the message comes first), `url` and `timeout` (1 second) of a Duckling server.
 */
class DucklingEntityExtractor implements Component {
  readonly ducklingServer?: DucklingServer;
  private readonly language: Language;
  private readonly timezone: string;

  constructor(private readonly saved: Saved) {
    const { dimensions, locale, timezone, url, timeout } = saved;
    this.language = languageOf(locale);
    this.timezone = timezone ?? 'UTC';
    if (url !== null)
      this.ducklingServer = {
        url,
        locale,
        timeout,
        ...(timezone !== null && { timezone }),
        ...(dimensions && { dimensions: dimensions.filter(isOfDuckling) }),
      };
  }

  process(message: Message): void {
    const { now, timezone, duckling } = message.context;
    const text = message.text.slice(0, MAX_CHARACTERS);
    const wanted = this.saved.dimensions ?? DIMENSIONS;
    const given = duckling?.flatMap(({ entity, start, end, additional_info: value }): Recognized[] =>
      end <= text.length ? [{ dimension: entity, start, end, value: value as DucklingValue }] : [],
    );
    const setting = {
      language: this.language,
      timezone: timezone !== undefined && isTimezone(timezone) ? timezone : this.timezone,
      ...(now && { now }),
    };
    const local = given ? wanted.filter((dimension) => !isOfDuckling(dimension)) : wanted;
    for (const { dimension, ...finding } of recognize(text, local, setting, given))
      message.entities.push(ducklingEntity(text, dimension, finding));
  }

  save(): State {
    return this.saved;
  }
}

const languageOf = (locale: string): Language => {
  const language = locale.slice(0, 2).toLowerCase();
  return language === 'en' || language === 'de' ? language : 'other';
};

export const ducklingEntityExtractor: ComponentType = {
  names: ['DucklingEntityExtractor'],
  role: 'other',
  needs: [],
  train(training, options) {
    const { language } = training.nlu;
    const url = options.text('url') ?? null;
    if (url !== null && !(/^https?:/.test(url) && URL.canParse(url)))
      throw options.error('url', `must be an address such as http://localhost:8000, not ${JSON.stringify(url)}`);
    const timezone = options.text('timezone') ?? null;
    if (timezone !== null && !isTimezone(timezone))
      throw options.error('timezone', `must be a time zone such as Europe/Berlin, not ${JSON.stringify(timezone)}`);
    // As Rasa makes it: most languages have a country of the same letters.
    const locale = options.text('locale') ?? `${language.slice(0, 2)}_${language.slice(0, 2).toUpperCase()}`;
    if (languageOf(locale) === 'other' && url === null)
      training.notice(
        `${options.component}: words for numbers, units and times are read in English (en) and German (de); of ${locale}, digits and full dates only.`,
      );
    const timeout = options.number('timeout', DEFAULT_TIMEOUT, { min: 0.01, max: 60 });
    return new DucklingEntityExtractor({
      dimensions: dimensionsOf(options, training, url !== null),
      locale,
      timezone,
      url,
      timeout,
    });
  },
  load: (state) => new DucklingEntityExtractor(state as Saved),
};

/** With a server, unknown dimensions are for that to know. */
function dimensionsOf(options: Options, training: Training, hasServer: boolean): string[] | null {
  const wanted = options.strings('dimensions');
  if (!wanted) return null;
  const missing = hasServer ? [] : wanted.filter((dimension) => !DIMENSIONS.includes(dimension));
  if (missing.length > 0)
    training.notice(
      `${options.component}: the dimensions ${missing.join(', ')} are not recognised; these are: ${DIMENSIONS.join(', ')}.`,
    );
  return wanted.filter((dimension) => !missing.includes(dimension));
}
