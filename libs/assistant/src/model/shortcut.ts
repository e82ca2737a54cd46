import type { StoryEntity } from './assistant.js';

/**
 * Reads a text of the form `/intent{"entity": "value"}`, which names what it means; undefined for any other text. What
 * stands between the braces without being a JSON object gives no entities.
 */
export function readShortcut(text: string): { intent: string; entities: StoryEntity[] } | undefined {
  const match = /^\/([^{@]+)(?:@[\d.]+)?(\{.*\})?/s.exec(text.trim());
  const intent = match?.[1]?.trim();
  if (!intent) return undefined;
  return { intent, entities: match?.[2] ? readEntities(match[2]) : [] };
}

function readEntities(json: string): StoryEntity[] {
  try {
    return Object.entries(JSON.parse(json) as Record<string, unknown>).flatMap(([entity, value]) =>
      (Array.isArray(value) ? value : [value]).map((one: unknown) => ({ entity, value: one })),
    );
  } catch {
    return [];
  }
}
