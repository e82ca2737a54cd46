import { type DynamicModule, type Type } from '@nestjs/common';
import { type Static, type TObject, type TProperties } from 'typebox';

/** Everything the service knows about a backend before one is chosen. Each folder beside this file exports one definition. */
export interface BackendDefinition<Settings extends TProperties = TProperties, Config = unknown> {
  /** The name used in `INCIDENT_BACKEND` and by the backend itself. */
  readonly name: string;
  /** Environment variables that the backend reads in addition to those of the service. */
  readonly settings: Settings;
  /** The settings that the backend needs besides its name; absent if it needs none. */
  readonly needs?: string;
  /**
   * The configuration that the settings describe; `undefined` when they do not configure this backend.
   * @throws SettingsError that names what is missing or contradictory, and never includes a value
   */
  configure(settings: Static<TObject<Settings>>): Config | undefined;
  /**
   * Exports `IncidentBackend` and what the controllers need.
   * @param config `undefined` only for a backend that needs nothing
   */
  module(config: Config, projectRoot: string): DynamicModule;
  /** HTTP routes that exist only with this backend. They may inject providers of the service, such as `ChangeListener`. */
  readonly controllers: readonly Type[];
}

/** Lets the compiler infer the types of a definition. */
export const defineBackend = <Settings extends TProperties, Config>(
  definition: BackendDefinition<Settings, Config>,
): BackendDefinition<Settings, Config> => definition;
