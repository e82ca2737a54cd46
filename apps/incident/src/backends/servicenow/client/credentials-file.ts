import { parse } from 'yaml';
import { SettingsError } from '#service';

const KEYS = ['snow_instance', 'snow_user', 'snow_pw', 'localmode'] as const;

/**
 * Reads the credentials file of Rasa-based helpdesk assistants: `snow_instance`, `snow_user`, `snow_pw`, and
 * `localmode`, which when true means that no instance is to be called.
 * @throws SettingsError that names every unknown, missing or unusable key
 */
export function readCredentialsFile(yaml: string): { instance: string; user: string; password: string } | 'local-mode' {
  const file = 'The file of SERVICENOW_CREDENTIALS_FILE';
  let content: unknown;
  try {
    // Every value stays text as written: a password of digits must not become a number.
    content = parse(yaml, { schema: 'failsafe' });
  } catch {
    throw new SettingsError(`${file} is not YAML.`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new SettingsError(`${file} must have the keys ${KEYS.join(', ')}.`);
  const given = new Map(Object.entries(content as Record<string, unknown>));
  const text = (key: (typeof KEYS)[number]): string => {
    const value = given.get(key);
    return typeof value === 'string' ? value.trim() : '';
  };
  const localMode = text('localmode').toLowerCase();
  const isLocal = ['true', 'yes', 'on'].includes(localMode);
  const wrong = [...given.keys()]
    .filter((key) => !(KEYS as readonly string[]).includes(key))
    .map((key) => `${JSON.stringify(key.slice(0, 40))} is unknown`);
  if (!isLocal && !['false', 'no', 'off'].includes(localMode))
    wrong.push('localmode must be true (reach no instance) or false');
  if (!isLocal) for (const key of KEYS.slice(0, 3)) if (text(key) === '') wrong.push(`${key} is missing`);
  if (wrong.length > 0) throw new SettingsError(`${file}: ${wrong.join('; ')}.`);
  if (isLocal) return 'local-mode';
  return { instance: text('snow_instance'), user: text('snow_user'), password: text('snow_pw') };
}
