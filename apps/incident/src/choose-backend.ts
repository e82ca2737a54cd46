import { type DynamicModule, type Type as Class } from '@nestjs/common';
import { Type, type Static, type TObject, type TProperties } from 'typebox';
import { SettingsError } from '#service';
import { type BackendDefinition } from './backends/backend-definition.js';
import { localDesk } from './backends/local-desk/local-desk.definition.js';
import { localMode } from './backends/local-mode/local-mode.definition.js';
import { requestTracker } from './backends/request-tracker/request-tracker.definition.js';
import { serviceNow } from './backends/servicenow/servicenow.definition.js';
import { IncidentSettings } from './settings/incident.settings.js';

/** All backends. Without INCIDENT_BACKEND, the first configured one is chosen; the last one needs no configuration. */
const BACKENDS: readonly BackendDefinition[] = [serviceNow, requestTracker, localMode, localDesk];

const names = BACKENDS.map(({ name }) => name);
const choice = {
  INCIDENT_BACKEND: Type.Optional(
    Type.Enum(names, { description: `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` }),
  ),
};

/** The settings of the service: its own and those of every backend. Only that backend reads them. */
export const IncidentServiceSettings = Type.Object({
  ...BACKENDS.reduce<TProperties>((all, { settings }) => ({ ...all, ...settings }), {}),
  ...IncidentSettings.properties,
  ...choice,
}) as TObject<typeof IncidentSettings.properties & typeof choice>;
export type IncidentServiceSettings = Static<typeof IncidentServiceSettings>;

/** The chosen backend, and the routes that the service has because of it. */
export interface ChosenBackend {
  name: string;
  module: DynamicModule;
  controllers: Class[];
}

/**
 * The backend named in the settings, or the first one that they configure.
 * @throws SettingsError when the named backend is not configured, or the settings of any backend are contradictory
 */
export function chooseBackend(settings: IncidentServiceSettings, projectRoot: string): ChosenBackend {
  const configured = BACKENDS.map((definition) => ({ definition, config: definition.configure(settings) }));
  const { INCIDENT_BACKEND: named } = settings;
  const chosen = configured.find(({ definition, config }) =>
    named === undefined ? config !== undefined : definition.name === named,
  );
  if (!chosen) throw new Error('There is no backend that needs no settings.');
  const { definition, config } = chosen;
  const { name, needs, controllers } = definition;
  if (config === undefined && needs !== undefined)
    throw new SettingsError(`INCIDENT_BACKEND is ${name}: also set ${needs}.`);
  return { name, module: definition.module(config, projectRoot), controllers: [...controllers] };
}
