import { type Static, type TObject, type TProperties } from 'typebox';
import { Convert, Default, Errors } from 'typebox/value';

/** The environment does not fit; the message lists everything that is wrong, one line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads settings from environment variables named like the schema's properties. Unset and empty variables take the
 * schema's default; numbers and booleans are converted.
 * @throws SettingsError naming every variable that is missing or does not fit, never its value.
 */
export function readSettings<P extends TProperties>(
  schema: TObject<P>,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Static<TObject<P>>> {
  const given = Object.fromEntries(
    Object.keys(schema.properties)
      .map((name) => [name, env[name]?.trim()])
      .filter(([, value]) => value),
  ) as Record<string, unknown>;
  const settings = Convert(schema, Default(schema, given));
  const wrong = new Map<string, string>();
  for (const { instancePath, message, params } of Errors(schema, settings)) {
    const missing = (params as { requiredProperties?: string[] }).requiredProperties ?? [];
    for (const name of missing) wrong.set(name, `${name} is not set${described(schema, name)}`);
    const name = instancePath.split('/')[1];
    if (name && !wrong.has(name)) wrong.set(name, `${name} ${message}${described(schema, name)}`);
  }
  if (wrong.size > 0) throw new SettingsError([...wrong.values()].join('\n'));
  return Object.freeze(settings as Static<TObject<P>>);
}

function described(schema: TObject, name: string): string {
  const { description } = schema.properties[name] as { description?: string };
  return description ? ` (${description})` : '';
}
