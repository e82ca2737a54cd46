import { type Options } from '../../component/options.js';
import { NluConfigError } from '../../component/errors.js';
import { type Message, type Training } from '../../component/component.js';
import { type State } from '../../learning/state.js';
import { BoundedPattern, PatternError, type Span } from '../../text/bounded-pattern.js';
import { Gazetteer } from '../../text/gazetteer.js';

export type NamedSpan = Span & { name: string };

interface SavedPatterns {
  [key: string]: State;
  regexes: { name: string; pattern: string }[];
  lookups: { name: string; elements: string[] }[];
  isCaseSensitive: boolean;
}

/** The `regex` and `lookup` items of the training data, ready to be found in a text. */
export class NamedPatterns {
  private readonly regexes: { name: string; pattern: BoundedPattern }[];
  private readonly lookups: { name: string; gazetteer: Gazetteer }[];

  constructor(private readonly saved: SavedPatterns) {
    this.regexes = saved.regexes.map(({ name, pattern }) => ({
      name,
      pattern: new BoundedPattern(pattern, saved.isCaseSensitive),
    }));
    this.lookups = saved.lookups.map(({ name, elements }) => ({ name, gazetteer: new Gazetteer(elements) }));
  }

  /** Takes those items whose name passes; options `use_regexes`, `use_lookup_tables`, `case_sensitive`. */
  static read(
    training: Training,
    options: Options,
    { isCaseSensitive, isWanted = () => true }: { isCaseSensitive: boolean; isWanted?: (name: string) => boolean },
  ): NamedPatterns {
    const regexes = options.boolean('use_regexes', true) ? training.nlu.regexes : [];
    const lookups = options.boolean('use_lookup_tables', true) ? training.nlu.lookups : [];
    const caseSensitive = options.boolean('case_sensitive', isCaseSensitive);
    for (const { name, pattern, place } of regexes) {
      try {
        new BoundedPattern(pattern, caseSensitive);
      } catch (error) {
        if (!(error instanceof PatternError)) throw error;
        const where = place ? ` (${place.file}:${place.line})` : '';
        throw new NluConfigError(`the regex "${name}"${where} ${error.message}: ${pattern}`, options.component);
      }
    }
    return new NamedPatterns({
      regexes: regexes.filter(({ name }) => isWanted(name)).map(({ name, pattern }) => ({ name, pattern })),
      lookups: mergeByName(lookups.filter(({ name }) => isWanted(name))),
      isCaseSensitive: caseSensitive,
    });
  }

  /** Names without repetition, in order of appearance. */
  get names(): string[] {
    return [...new Set([...this.regexes, ...this.lookups].map(({ name }) => name))];
  }

  findAll(message: Message): NamedSpan[] {
    return [
      ...this.regexes.flatMap(({ name, pattern }) => pattern.findAll(message.text).map((span) => ({ name, ...span }))),
      ...this.lookups.flatMap(({ name, gazetteer }) =>
        gazetteer.findAll(message.tokens).map(({ start, end }) => ({ name, start, end })),
      ),
    ];
  }

  save(): SavedPatterns {
    return this.saved;
  }

  static load(state: State | undefined): NamedPatterns {
    return new NamedPatterns(state as SavedPatterns);
  }
}

function mergeByName(lookups: readonly { name: string; elements: string[] }[]): { name: string; elements: string[] }[] {
  const merged = new Map<string, string[]>();
  for (const { name, elements } of lookups) merged.set(name, [...(merged.get(name) ?? []), ...elements]);
  return [...merged].map(([name, elements]) => ({ name, elements }));
}
