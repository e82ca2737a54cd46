import { Reflector } from '@nestjs/core';
import { Action, type CustomAction } from './action.js';

/** A provider that Nest's discovery found. Its instance may be created after the registry. */
interface FoundProvider {
  metatype: unknown;
  instance: unknown;
}

/** The actions that classes of this service implement, by the name in `@Action`. */
export class ActionRegistry {
  private readonly providers = new Map<string, FoundProvider>();

  /**
   * @param providers any providers; those whose class has no `@Action` are skipped
   * @throws Error naming both classes when two actions have one name.
   */
  constructor(providers: Iterable<FoundProvider>) {
    const reflector = new Reflector();
    for (const provider of providers) {
      if (typeof provider.metatype !== 'function') continue;
      const name = reflector.get<string | undefined>(Action.KEY, provider.metatype);
      if (name === undefined) continue;
      const other = this.providers.get(name);
      if (other)
        throw new Error(`Two classes are the action ${name}: ${classOf(other)} and ${classOf(provider)}. Rename one.`);
      this.providers.set(name, provider);
    }
  }

  get names(): string[] {
    return [...this.providers.keys()];
  }

  find(name: string): CustomAction | undefined {
    return this.providers.get(name)?.instance as CustomAction | undefined;
  }
}

const classOf = ({ metatype }: FoundProvider): string => (metatype as { name: string }).name;
