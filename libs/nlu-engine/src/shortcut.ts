import { parseShortcut, shortcutEntities } from '#assistant/model';
import { type Entity, type Understanding } from '#contracts';

/** The names of a domain that a shortcut may use. */
export interface KnownNames {
  intents: ReadonlySet<string>;
  entities: ReadonlySet<string>;
}

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
  const shortcut = parseShortcut(text);
  if (!shortcut) return undefined;
  const { intent: name, confidence, entities: json, end } = shortcut;
  if (!known.intents.has(name)) {
    warn(`The message names the intent "${name}", which the domain does not have; it is read as ordinary text.`);
    return undefined;
  }
  const entities = json === undefined ? [] : readEntities(json, { start: end - json.length, end }, known, warn);
  if (end < text.trimEnd().length) warn(`What follows the shortcut of "${name}" is ignored.`);
  const intent = { name, confidence: readConfidence(confidence, warn) };
  return { text, intent, entities, intent_ranking: [intent] };
}

function readConfidence(written: string | undefined, warn: (warning: string) => void): number {
  if (written === undefined) return 1;
  const confidence = Number(written);
  if (!Number.isNaN(confidence)) return Math.min(confidence, 1);
  warn(`The confidence "${written}" is not a number; 0 is used.`);
  return 0;
}

function readEntities(
  json: string,
  span: { start: number; end: number },
  known: KnownNames,
  warn: (warning: string) => void,
): Entity[] {
  const entities = shortcutEntities(json);
  if (!entities) {
    warn('The entities of the shortcut are not a JSON object; they are ignored.');
    return [];
  }
  const unknown = new Set(entities.map(({ entity }) => entity).filter((entity) => !known.entities.has(entity)));
  for (const entity of unknown)
    warn(`The shortcut names the entity "${entity}", which the domain does not have; it is ignored.`);
  return entities
    .filter(({ entity }) => !unknown.has(entity))
    .map(({ entity, value }) => ({ entity, value, ...span, extractor: 'RegexMessageHandler' }));
}
