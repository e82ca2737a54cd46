import { readFileSync } from 'node:fs';
import { type Static, type TObject, type TProperties } from 'typebox';
import { Convert, Default, Errors } from 'typebox/value';

/** The environment is invalid; the message lists every error, one per line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads settings from environment variables named like the properties of the schema. Unset and empty variables have the
 * schema's default. Numbers and booleans are converted. `NAME_FILE` names a file with the value of `NAME`, the way
 * container platforms provide secrets.
 * @throws SettingsError naming every missing or invalid variable, never its value
 */
export function readSettings<P extends TProperties>(
  schema: TObject<P>,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Static<TObject<P>>> {
  const wrong = new Map<string, string>();
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(schema.properties)) {
    try {
      const value = valueOf(name, env);
      if (value) given[name] = value;
    } catch (error) {
      wrong.set(name, (error as Error).message);
    }
  }
  const settings = Convert(schema, Default(schema, given));
  for (const { instancePath, message, params } of Errors(schema, settings)) {
    const missing = (params as { requiredProperties?: string[] }).requiredProperties ?? [];
    for (const name of missing) if (!wrong.has(name)) wrong.set(name, `${name} is not set${described(schema, name)}`);
    const name = instancePath.split('/')[1];
    if (name && !wrong.has(name)) wrong.set(name, `${name} ${message}${described(schema, name)}`);
  }
  if (wrong.size > 0) throw new SettingsError([...wrong.values()].join('\n'));
  return Object.freeze(settings as Static<TObject<P>>);
}

function valueOf(name: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const value = env[name]?.trim();
  const file = env[`${name}_FILE`]?.trim();
  if (!file) return value;
  if (value) throw new Error(`${name} and ${name}_FILE are both set: leave one of them out`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`${name}_FILE names a file that cannot be read (${code ?? 'unknown error'})`, { cause: error });
  }
}

function described(schema: TObject, name: string): string {
  const { description } = schema.properties[name] as { description?: string };
  return description ? ` (${description})` : '';
}
