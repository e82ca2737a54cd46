import { ValidationPipe, type Type, type ValidationError } from '@nestjs/common';
import { Problem } from './problem.filter.js';

/**
 * Validates a body as the class with class-validator's decorators says. For protocols of others, whose clients may send
 * more than we read: unknown fields are left out instead of refused, as the global pipe does. Declare the parameter as
 * `Fields<Class>`, so that the global pipe leaves it alone.
 *
 * Refuses with a `Problem` 400 whose `errors` are one sentence for each thing that is wrong.
 */
export class BodyPipe<Body extends object> extends ValidationPipe {
  constructor(expectedType: Type<Body>) {
    super({ expectedType, whitelist: true, transform: true, exceptionFactory: invalidRequest });
  }

  /** @throws Problem */
  read(body: unknown): Promise<Body> {
    return this.transform(body, { type: 'body' }) as Promise<Body>;
  }
}

/** The fields of a class as an interface, which leaves no type at run time that the global pipe would validate with. */
export type Fields<Class> = Pick<Class, keyof Class>;

/** What class-validator found, as a problem document. */
export function invalidRequest(found: ValidationError[]): Problem {
  const errors = found.flatMap(sentences);
  return new Problem(400, { detail: errors[0] ?? 'The request is not valid.', errors });
}

const sentences = (error: ValidationError): string[] => [
  ...Object.values(error.constraints ?? {}),
  ...(error.children ?? []).flatMap(sentences),
];
