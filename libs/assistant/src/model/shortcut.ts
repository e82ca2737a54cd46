/** A parsed message that names its intent: `/inform@0.5{"site": "Leeds"}`. */
export interface Shortcut {
  intent: string;
  /** The text after the `@`; it need not be a number. */
  confidence?: string;
  /** The text from `{` to the last `}`; it need not be JSON. */
  entities?: string;
  /** Where the shortcut ends in the given text. */
  end: number;
}

const SHORTCUT = /^\s*\/(?<intent>[^{@]+)(?:@(?<confidence>[0-9.]+))?(?<entities>\{[^]*\})?/;

/**
 * Parses a shortcut as Rasa does. Only this function knows the grammar; callers decide which parts they accept.
 * @returns undefined for a text that is not a shortcut
 */
export function parseShortcut(text: string): Shortcut | undefined {
  const match = SHORTCUT.exec(text);
  const intent = match?.groups?.['intent']?.trim();
  if (!match?.groups || !intent) return undefined;
  const { confidence, entities } = match.groups;
  return {
    intent,
    ...(confidence !== undefined && { confidence }),
    ...(entities !== undefined && { entities }),
    end: match[0].length,
  };
}

/**
 * The entities of a shortcut in order, one for each value of a list.
 * @param json the `entities` of `parseShortcut`
 * @returns undefined for text that is not a JSON object
 */
export function shortcutEntities(json: string): { entity: string; value: unknown }[] | undefined {
  let values: unknown;
  try {
    values = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined;
  return Object.entries(values as Record<string, unknown>).flatMap(([entity, value]) =>
    (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) => ({ entity, value: one })),
  );
}
