import { type Component, type ComponentType, type Message, type State } from '../component.js';
import { email, phoneNumber, url } from '../recognizers/contact.recognizers.js';
import { number, ordinal } from '../recognizers/number.recognizers.js';
import { type Recognizer } from '../recognizers/recognizer.js';
import { MAX_CHARACTERS } from '../text/tokens.js';

const RECOGNIZERS: Readonly<Record<string, Recognizer>> = {
  email,
  number,
  ordinal,
  'phone-number': phoneNumber,
  url,
};

/**
 * `DucklingEntityExtractor`: e-mail addresses, web addresses, telephone numbers, numbers and ordinals in the shape of
 * Duckling, recognised here; no Duckling server is asked.
 *
 * Options: `dimensions` (all of the above).
 */
class DucklingEntityExtractor implements Component {
  constructor(private readonly dimensions: string[]) {}

  process(message: Message): void {
    const text = message.text.slice(0, MAX_CHARACTERS);
    const found = this.dimensions.flatMap((dimension) =>
      (RECOGNIZERS[dimension]?.(text) ?? []).map((finding) => ({ dimension, ...finding })),
    );
    for (const { dimension, start, end, value } of found.sort((a, b) => a.start - b.start))
      message.entities.push({
        start,
        end,
        text: text.slice(start, end),
        value: value.value,
        confidence: 1,
        additional_info: value,
        entity: dimension,
        extractor: 'DucklingEntityExtractor',
      });
  }

  save(): State {
    return this.dimensions;
  }
}

export const ducklingEntityExtractor: ComponentType = {
  names: ['DucklingEntityExtractor'],
  role: 'other',
  needs: [],
  train(training, options) {
    const known = Object.keys(RECOGNIZERS);
    const wanted = options.strings('dimensions') ?? known;
    const missing = wanted.filter((dimension) => !known.includes(dimension));
    if (missing.length > 0)
      training.notice(
        `${options.component}: the dimensions ${missing.join(', ')} are not recognised; these are: ${known.join(', ')}.`,
      );
    return new DucklingEntityExtractor(wanted.filter((dimension) => known.includes(dimension)));
  },
  load: (state) => new DucklingEntityExtractor(state as string[]),
};
