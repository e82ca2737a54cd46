import type { AnnotatedEntity } from '../model/assistant.js';

/** A text without its entity annotations, and the entities. */
export interface AnnotatedText {
  text: string;
  entities: AnnotatedEntity[];
}

/** An invalid annotation; the message names it. */
export class AnnotationError extends Error {
  override readonly name = 'AnnotationError';
}

const ANNOTATED = /\[([^[\]\n]+)\](?=[({[])/g;
const LIST_OF_OBJECTS = /\[\s*\{/y;
const PARENTHESES = /\(([^()[\]:\n]+)(?::([^)\n]+))?\)/y;

/**
 * Reads Rasa's entity annotations: `[text](type)`, `[text](type:value)`, `[text]{"entity": "type", …}` and
 * `[text][{…}, {…}]`. Brackets without an annotation stay unchanged.
 * @throws AnnotationError when the JSON of an annotation is invalid or names no entity
 */
export function readAnnotated(source: string): AnnotatedText {
  const entities: AnnotatedEntity[] = [];
  let text = '';
  let read = 0;
  ANNOTATED.lastIndex = 0;
  for (let match = ANNOTATED.exec(source); match; match = ANNOTATED.exec(source)) {
    const surface = match[1]!;
    const annotation = readAnnotation(source, ANNOTATED.lastIndex, surface);
    if (!annotation) continue;
    text += source.slice(read, match.index);
    const start = text.length;
    text += surface;
    for (const label of annotation.labels) entities.push({ ...label, start, end: text.length });
    read = annotation.end;
    ANNOTATED.lastIndex = read;
  }
  return { text: text + source.slice(read), entities };
}

/**
 * Writes a text with its entities as annotations, the inverse of `readAnnotated`. Undefined for what annotations cannot
 * express: entities that overlap without the same span, or a text that would be read differently.
 */
export function writeAnnotated(text: string, entities: readonly AnnotatedEntity[]): string | undefined {
  let written = '';
  let read = 0;
  const sorted = entities.toSorted((a, b) => a.start - b.start);
  for (let at = 0; at < sorted.length;) {
    const { start, end } = sorted[at]!;
    const labels = sorted.filter((other) => other.start === start && other.end === end);
    at += labels.length;
    if (start < read || end <= start || end > text.length) return undefined;
    const surface = text.slice(start, end);
    written += `${text.slice(read, start)}[${surface}]${writeLabels(labels, surface)}`;
    read = end;
  }
  written += text.slice(read);
  return isReadAs(written, text, entities) ? written : undefined;
}

function writeLabels(labels: readonly AnnotatedEntity[], surface: string): string {
  const written = labels.map(({ entity, value, role, group }) => ({
    entity,
    ...(role !== undefined && { role }),
    ...(group !== undefined && { group }),
    ...(value !== surface && { value }),
  }));
  const [only] = written;
  if (written.length > 1) return JSON.stringify(written);
  const isName = only && Object.keys(only).length === 1 && /^[\w-]+$/.test(only.entity);
  return isName ? `(${only.entity})` : JSON.stringify(only);
}

function isReadAs(written: string, text: string, entities: readonly AnnotatedEntity[]): boolean {
  if (/[\r\n]/.test(written)) return false;
  try {
    const read = readAnnotated(written);
    return read.text === text && keyOf(read.entities) === keyOf(entities);
  } catch {
    return false;
  }
}

const keyOf = (entities: readonly AnnotatedEntity[]): string =>
  entities
    .map(({ entity, start, end, value, role, group }) => JSON.stringify([start, end, entity, value, role, group]))
    .sort()
    .join();

type Label = Omit<AnnotatedEntity, 'start' | 'end'>;

function readAnnotation(source: string, at: number, surface: string): { labels: Label[]; end: number } | undefined {
  if (source[at] === '(') {
    PARENTHESES.lastIndex = at;
    const match = PARENTHESES.exec(source);
    if (!match) return undefined;
    return { labels: [{ entity: match[1]!.trim(), value: match[2] ?? surface }], end: PARENTHESES.lastIndex };
  }
  LIST_OF_OBJECTS.lastIndex = at;
  if (source[at] === '[' && !LIST_OF_OBJECTS.test(source)) return undefined;
  const end = endOfJson(source, at);
  const written = source.slice(at, end);
  let json: unknown;
  try {
    json = JSON.parse(written);
  } catch {
    throw new AnnotationError(`the annotation of [${surface}] is not valid JSON: ${written}`);
  }
  return { labels: (Array.isArray(json) ? json : [json]).map((label) => readLabel(label, surface)), end };
}

/** The offset after the bracket that closes the one at `at`; the end of the text if none does. */
function endOfJson(source: string, at: number): number {
  let depth = 0;
  let inString = false;
  for (let index = at; index < source.length; index++) {
    const character = source[index]!;
    if (inString) {
      if (character === '\\') index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if ('{['.includes(character)) depth++;
    else if ('}]'.includes(character) && --depth === 0) return index + 1;
  }
  return source.length;
}

function readLabel(json: unknown, surface: string): Label {
  const fields = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  const textOf = (key: string) => {
    const value = fields[key];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
  };
  const entity = textOf('entity');
  if (!entity) throw new AnnotationError(`the annotation of [${surface}] does not say "entity"`);
  const role = textOf('role');
  const group = textOf('group');
  return {
    entity,
    value: textOf('value') ?? surface,
    ...(role !== undefined && { role }),
    ...(group !== undefined && { group }),
  };
}
