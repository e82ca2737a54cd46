import { type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { Problem } from './problem.filter.js';

/** Deepest nesting of a request's body. */
const MAX_DEPTH = 32;

/** Refuses bodies nested so deeply that the recursive validation after it would exhaust the stack. */
export class NestingPipe implements PipeTransform {
  transform(value: unknown, { type }: ArgumentMetadata): unknown {
    let level: unknown[] = type === 'body' ? [value] : [];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > MAX_DEPTH) {
        throw new Problem(400, { detail: `The body must not be nested deeper than ${MAX_DEPTH} levels.` });
      }
      level = level.flatMap((each) =>
        typeof each === 'object' && each !== null ? (Object.values(each) as unknown[]) : [],
      );
    }
    return value;
  }
}
