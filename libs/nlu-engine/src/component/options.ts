import { type ComponentConfig } from '#assistant/model';
import { NluConfigError } from './errors.js';

/** Reads the options of one component, checks them, and remembers which ones had a meaning. */
export class Options {
  private readonly read = new Set<string>();

  constructor(private readonly config: ComponentConfig) {}

  get component(): string {
    return this.config.name;
  }

  number(option: string, byDefault: number, range: { min: number; max: number; isWhole?: boolean }): number {
    const value = this.value(option) ?? byDefault;
    const fits =
      typeof value === 'number' &&
      value >= range.min &&
      value <= range.max &&
      (!range.isWhole || Number.isInteger(value));
    if (fits) return value;
    const kind = range.isWhole ? 'a whole number' : 'a number';
    throw this.error(option, `must be ${kind} from ${range.min} to ${range.max}, not ${JSON.stringify(value)}`);
  }

  /** A number, or the word that leaves it to the engine. */
  numberOr<Word extends string>(
    option: string,
    word: Word,
    byDefault: number,
    range: { min: number; max: number },
  ): number | Word {
    return this.value(option) === word ? word : this.number(option, byDefault, range);
  }

  boolean(option: string, byDefault: boolean): boolean {
    const value = this.value(option) ?? byDefault;
    if (typeof value === 'boolean') return value;
    throw this.error(option, `must be true or false, not ${JSON.stringify(value)}`);
  }

  choice<Choice extends string>(option: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.value(option) ?? choices[0];
    const choice = choices.find((candidate) => candidate === value);
    if (choice !== undefined) return choice;
    throw this.error(option, `must be one of ${choices.join(', ')}, not ${JSON.stringify(value)}`);
  }

  /** Undefined when the option is absent or null. */
  text(option: string): string | undefined {
    const value = this.value(option);
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    throw this.error(option, `must be a text, not ${JSON.stringify(value)}`);
  }

  /** Undefined when the option is absent or null. */
  strings(option: string): string[] | undefined {
    const value = this.value(option);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
    throw this.error(option, `must be a list of strings, not ${JSON.stringify(value)}`);
  }

  error(option: string, message: string): NluConfigError {
    return new NluConfigError(message, this.component, option);
  }

  /** Options that were given but that no one has asked for. */
  unread(): string[] {
    return Object.keys(this.config.options).filter((option) => !this.read.has(option));
  }

  private value(option: string): unknown {
    this.read.add(option);
    return this.config.options[option] ?? undefined;
  }
}
