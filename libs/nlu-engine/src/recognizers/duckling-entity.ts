import { type Entity } from '#contracts';
import { type DucklingValue, type Finding } from './recognizer.js';

/** More than a text can hold that is worth asking about. */
const MAX_FINDINGS = 500;

/** A finding as an entity in Rasa's shape. The value of an interval is `{ from, to }`, null where it is open. */
export function ducklingEntity(text: string, dimension: string, { start, end, value }: Finding): Entity {
  return {
    start,
    end,
    text: text.slice(start, end),
    value: value.type === 'interval' ? { to: boundOf(value.to), from: boundOf(value.from) } : value.value,
    confidence: 1,
    additional_info: value,
    entity: dimension,
    extractor: 'DucklingEntityExtractor',
  };
}

const boundOf = (bound: unknown): unknown => (isRecord(bound) ? (bound.value ?? null) : null);

/**
 * Reads the answer of a Duckling server. Its offsets count characters; those of the entities are UTF-16 offsets.
 *
 * @returns undefined when it is no such answer, or not one about this text.
 */
export function entitiesFromDuckling(text: string, answer: unknown): Entity[] | undefined {
  if (!Array.isArray(answer) || answer.length > MAX_FINDINGS) return undefined;
  const offsets = characterOffsets(text);
  const entities: Entity[] = [];
  for (const item of answer as unknown[]) {
    if (!isRecord(item) || typeof item.dim !== 'string' || item.dim === '' || !isRecord(item.value)) return undefined;
    const start = offsets[Number(item.start)];
    const end = offsets[Number(item.end)];
    if (start === undefined || end === undefined || text.slice(start, end) !== item.body || start >= end)
      return undefined;
    entities.push(ducklingEntity(text, item.dim, { start, end, value: item.value }));
  }
  return entities;
}

/** Where each character begins, and where the last one ends. */
function characterOffsets(text: string): number[] {
  const offsets = [0];
  for (const character of text) offsets.push(offsets.at(-1)! + character.length);
  return offsets;
}

const isRecord = (value: unknown): value is DucklingValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
