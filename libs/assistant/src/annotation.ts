import type { AnnotatedEntity } from './assistant.js';

/** A text with its entity annotations taken out. */
export interface AnnotatedText {
  text: string;
  entities: AnnotatedEntity[];
}

/** An annotation that cannot be read; the message says which one. */
export class AnnotationError extends Error {
  override readonly name = 'AnnotationError';
}

const ANNOTATED = /\[([^[\]\n]+)\](?=[({[])/g;
const LIST_OF_OBJECTS = /\[\s*\{/y;
const PARENTHESES = /\(([^()[\]:\n]+)(?::([^)\n]+))?\)/y;

/**
 * Reads Rasa's entity annotations: `[text](type)`, `[text](type:value)`, `[text]{"entity": "type", …}` and
 * `[text][{…}, {…}]`. Brackets that no annotation follows stay as they are.
 * @throws AnnotationError when the JSON of an annotation is not valid or names no entity
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

/** The offset after the bracket that closes the one at `at`; of the text's end when none does. */
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
