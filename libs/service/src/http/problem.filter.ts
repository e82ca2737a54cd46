import { randomUUID } from 'node:crypto';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';
import { RetryableError } from '#bus';
import { StoreUnavailableError } from '#store';
import { type Logger } from '../runtime/logger.js';

/** The part of Fastify's reply that the filter uses. */
interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: unknown): unknown;
}

/** What an HTTP error may add to its problem document, and its headers. */
export interface ProblemDetails {
  detail: string;
  /** One sentence for each error. */
  errors?: string[];
  /** Seconds after which a retry makes sense. */
  retryAfter?: number;
  [extension: string]: unknown;
}

/** An HTTP error with a problem document (RFC 9457). */
export class Problem extends HttpException {
  constructor(status: number, details: ProblemDetails) {
    super(details, status);
  }

  /** The error as one sentence. */
  get detail(): string {
    return (this.getResponse() as ProblemDetails).detail;
  }
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported content type',
  422: 'Cannot be processed',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Bad gateway',
  503: 'Unavailable',
  504: 'No answer in time',
};

/**
 * Answers every HTTP error with a problem document. An unexpected error becomes a 500 with a reference, which the log
 * contains together with the stack; the caller sees neither message nor stack. Errors of message handlers go to the bus,
 * which decides how to treat their message.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(exception: unknown, host: ArgumentsHost): Observable<never> | void {
    if (host.getType() !== 'http') return throwError(() => forBus(exception));
    const reply = host.switchToHttp().getResponse<Reply>();
    const status = statusOf(exception);
    const { retryAfter, ...details } = this.detailsOf(exception, status);
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    reply
      .status(status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send({ type: 'about:blank', title: TITLES[status] ?? 'Error', status, ...details });
  }

  private detailsOf(exception: unknown, status: number): ProblemDetails {
    if (status < 500 || exception instanceof Problem) {
      const body = exception instanceof HttpException ? exception.getResponse() : undefined;
      if (typeof body === 'object' && 'detail' in body) return body as ProblemDetails;
      return { detail: exception instanceof Error ? exception.message : 'The request could not be handled.' };
    }
    const reference = randomUUID();
    this.logger.error({ err: exception, reference }, 'An HTTP request failed unexpectedly.');
    return { detail: `Something went wrong on our side. Reference: ${reference}.`, reference };
  }
}

/** An unavailable database is a temporary failure: the message waits for it. */
const forBus = (exception: unknown): unknown =>
  exception instanceof StoreUnavailableError
    ? new RetryableError(exception.message, 0, { cause: exception })
    : exception;

function statusOf(exception: unknown): number {
  if (exception instanceof HttpException) return exception.getStatus();
  const { statusCode } = (exception ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? statusCode : 500;
}
