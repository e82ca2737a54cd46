import { type DynamicModule, type Type } from '@nestjs/common';
import { type Static, type TObject, type TProperties } from 'typebox';

/** All that the service knows of a backend before it is chosen; each folder beside this file exports one. */
export interface BackendDefinition<Settings extends TProperties = TProperties, Config = unknown> {
  /** As `INCIDENT_BACKEND` names it, and as the backend calls itself. */
  readonly name: string;
  /** Environment variables that it reads besides those of the service. */
  readonly settings: Settings;
  /** What must be set besides its name; absent for a backend that can be chosen without anything. */
  readonly needs?: string;
  /**
   * What the settings say of it; `undefined` when they do not ask for it.
   * @throws SettingsError that says what is missing or contradictory, never a value
   */
  configure(settings: Static<TObject<Settings>>): Config | undefined;
  /**
   * Exports `IncidentBackend` and what the controllers need.
   * @param config `undefined` only for a backend that needs nothing
   */
  module(config: Config, projectRoot: string): DynamicModule;
  /** HTTP routes that exist only with this backend. They may inject what the service has, such as `ChangeListener`. */
  readonly controllers: readonly Type[];
}

/** Lets the compiler find the types of a definition. */
export const defineBackend = <Settings extends TProperties, Config>(
  definition: BackendDefinition<Settings, Config>,
): BackendDefinition<Settings, Config> => definition;
