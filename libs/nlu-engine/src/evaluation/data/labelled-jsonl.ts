import { AssistantError, type AnnotatedEntity, type Finding } from '#assistant/model';
import { type LabelledText } from '../reports/prediction.js';

/**
 * Reads labelled texts, one JSON object a line:
 * `{"text": "…", "intent": "name" | null, "entities": [{"entity", "start", "end", "value"?, "role"?, "group"?}]}`.
 * `entities` may be missing, `value` is the text of the span then. Empty lines do not count.
 *
 * @param file the name that places carry
 * @throws AssistantError with file, line and reason for every line that cannot be read.
 */
export function readJsonl(content: string, file: string): LabelledText[] {
  const findings: Finding[] = [];
  const examples: LabelledText[] = [];
  for (const [index, line] of content
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const place = { file, line: index + 1 };
    try {
      examples.push({ ...readLine(line), place });
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      findings.push({ level: 'error', message: error.message, place });
    }
  }
  if (findings.length > 0) throw new AssistantError(findings);
  return examples;
}

class LineError extends Error {}

function readLine(line: string): LabelledText {
  const { text, intent, entities = [] } = readObject(line);
  if (typeof text !== 'string' || text.trim() === '') throw new LineError('"text" must be a text that is not empty');
  if (intent !== null && (typeof intent !== 'string' || intent === ''))
    throw new LineError('"intent" must be a name, or null for a text out of scope');
  if (!Array.isArray(entities)) throw new LineError('"entities" must be a list');
  return { text, intent, entities: entities.map((entity, at) => readEntity(entity, `entities[${at}]`, text)) };
}

function readObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new LineError(`is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
  if (isObject(value)) return value;
  throw new LineError('must be a JSON object with "text" and "intent"');
}

function readEntity(entity: unknown, where: string, text: string): AnnotatedEntity {
  if (!isObject(entity)) throw new LineError(`${where} must be an object with "entity", "start" and "end"`);
  const { entity: type, start, end, value, role, group } = entity;
  if (typeof type !== 'string' || type === '') throw new LineError(`${where}.entity must be a name`);
  if (!isOffset(start) || !isOffset(end) || start >= end || end > text.length)
    throw new LineError(`${where}: start and end must be offsets in the text with start < end <= ${text.length}`);
  return {
    entity: type,
    start,
    end,
    value: typeof value === 'string' ? value : text.slice(start, end),
    ...(typeof role === 'string' && { role }),
    ...(typeof group === 'string' && { group }),
  };
}

const isOffset = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
