import { type Entity, type Understanding } from '#contracts';

/** The names of a domain that a shortcut may use. */
export interface KnownNames {
  intents: ReadonlySet<string>;
  entities: ReadonlySet<string>;
}

const SHORTCUT = /^\/(?<intent>[^{@]+)(?<confidence>@[0-9.]+)?(?<entities>\{[^]+\})?/;

/**
 * Reads a message such as `/inform@0.5{"site":"Leeds"}` that names its intent and entities itself. Returns undefined
 * when the text is none, or names an intent that the domain does not have: then it is ordinary text. What else is wrong
 * is left out, with a warning.
 *
 * @param warn takes one sentence for each thing that is ignored.
 */
export function readShortcut(
  text: string,
  known: KnownNames,
  warn: (warning: string) => void = () => undefined,
): Understanding | undefined {
  const trimmed = text.trim();
  const match = SHORTCUT.exec(trimmed);
  if (!match?.groups) return undefined;
  const name = match.groups['intent']!.trim();
  if (!known.intents.has(name)) {
    warn(`The message names the intent "${name}", which the domain does not have; it is read as ordinary text.`);
    return undefined;
  }
  const json = match.groups['entities'];
  const end = text.length - text.trimStart().length + match[0].length;
  const entities = json === undefined ? [] : readEntities(json, { start: end - json.length, end }, known, warn);
  if (match[0].length < trimmed.length) warn(`What follows the shortcut of "${name}" is ignored.`);
  const intent = { name, confidence: readConfidence(match.groups['confidence'], warn) };
  return { text, intent, entities, intent_ranking: [intent] };
}

function readConfidence(written: string | undefined, warn: (warning: string) => void): number {
  if (written === undefined) return 1;
  const confidence = Number(written.slice(1));
  if (!Number.isNaN(confidence)) return Math.min(confidence, 1);
  warn(`The confidence "${written.slice(1)}" is not a number; 0 is used.`);
  return 0;
}

function readEntities(
  json: string,
  span: { start: number; end: number },
  known: KnownNames,
  warn: (warning: string) => void,
): Entity[] {
  const values = readObject(json);
  if (!values) {
    warn('The entities of the shortcut are not a JSON object; they are ignored.');
    return [];
  }
  return Object.entries(values).flatMap(([entity, value]) => {
    if (!known.entities.has(entity)) {
      warn(`The shortcut names the entity "${entity}", which the domain does not have; it is ignored.`);
      return [];
    }
    const each: unknown[] = Array.isArray(value) ? value : [value];
    return each.map((one) => ({ entity, value: one, ...span, extractor: 'RegexMessageHandler' }));
  });
}

function readObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
