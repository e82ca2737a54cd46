import { ValidationPipe, type Type, type ValidationError } from '@nestjs/common';
import { Problem } from './problem.filter.js';

/**
 * Validates a body by the class-validator decorators of its class. For external protocols, whose clients may send fields
 * that we do not read: unknown fields are dropped instead of refused, unlike in the global pipe. Declare the parameter as
 * `Fields<Class>`, so that the global pipe does not validate it.
 *
 * Refuses a body with a `Problem` 400 whose `errors` contain one sentence for each error.
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

/** The fields of a class as an interface, without a runtime type that the global pipe would validate. */
export type Fields<Class> = Pick<Class, keyof Class>;

/** The errors of class-validator, as a problem document. */
export function invalidRequest(found: ValidationError[]): Problem {
  const errors = found.flatMap(sentences);
  return new Problem(400, { detail: errors[0] ?? 'The request is not valid.', errors });
}

const sentences = (error: ValidationError): string[] => [
  ...Object.values(error.constraints ?? {}),
  ...(error.children ?? []).flatMap(sentences),
];
