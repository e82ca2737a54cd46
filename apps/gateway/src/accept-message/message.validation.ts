import { registerDecorator, type ValidationOptions } from 'class-validator';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '#contracts';

/** Maximum nesting of a message's metadata, in levels. */
const MAX_METADATA_DEPTH = 10;

// Control characters without meaning in a chat. Tab, line feed and carriage return are allowed.
const FORBIDDEN = /[^\P{Cc}\t\n\r\u0080-\u009f]/u;

/** Validates the text of a message. Returns the problem as a sentence, or undefined. */
export function textProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'message must be a string';
  if (value.trim() === '') return 'message must not be empty';
  if (value.length > MAX_TEXT_LENGTH) return `message must have at most ${MAX_TEXT_LENGTH} characters`;
  return characterProblem('message', value);
}

/** The same for a conversation or message id, or another name of at most `maxLength` characters. */
export function idProblem(name: string, value: unknown, maxLength = MAX_ID_LENGTH): string | undefined {
  if (typeof value !== 'string') return `${name} must be a string`;
  if (value.trim() === '') return `${name} must not be empty`;
  if (value.length > maxLength) return `${name} must have at most ${maxLength} characters`;
  return characterProblem(name, value);
}

/** The same for the free metadata of a message. */
export function metadataProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'metadata must be an object';
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_METADATA_DEPTH) return `metadata must not be nested deeper than ${MAX_METADATA_DEPTH} levels`;
    for (const each of level) {
      const problem = typeof each === 'string' && characterProblem('metadata', each);
      if (problem) return problem;
    }
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? [...Object.keys(each), ...(Object.values(each) as unknown[])] : [],
    );
  }
  return undefined;
}

function characterProblem(name: string, value: string): string | undefined {
  if (!value.isWellFormed()) return `${name} must be valid Unicode (it has half of a surrogate pair)`;
  if (FORBIDDEN.test(value)) return `${name} must not contain control characters`;
  return undefined;
}

/** Validates a property of a request with one of the functions above; its sentence is the error. */
export function Conforms(problem: (value: unknown) => string | undefined, options?: ValidationOptions) {
  return (target: object, propertyName: string): void =>
    registerDecorator({
      name: 'conforms',
      target: target.constructor,
      propertyName,
      ...(options && { options }),
      validator: {
        validate: (value: unknown) => problem(value) === undefined,
        defaultMessage: (about) => problem(about?.value) ?? '',
      },
    });
}
