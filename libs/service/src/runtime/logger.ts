import { type LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * One JSON object a line on standard output; readable lines with `isPretty`. What people write and their addresses are
 * never logged: callers pass ids, and these paths are blanked should one slip through.
 */
export function createLogger(service: string, level: LogLevel, isPretty = false): Logger {
  return pino({
    name: service,
    level,
    base: { service },
    redact: { paths: ['text', '*.text', 'email', '*.email', 'message.text', 'data'], censor: '[redacted]' },
    ...(isPretty && {
      transport: {
        target: 'pino-pretty',
        options: { ignore: 'pid,hostname,service', messageFormat: '{service}: {msg}' },
      },
    }),
  });
}

/** Nest's own messages through our logger. Its start-up narration is for debugging. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...context: unknown[]): void {
    this.logger.debug({ context: context.at(-1) }, String(message));
  }
  debug(message: unknown, ...context: unknown[]): void {
    this.log(message, ...context);
  }
  verbose(message: unknown, ...context: unknown[]): void {
    this.log(message, ...context);
  }
  warn(message: unknown, ...context: unknown[]): void {
    this.logger.warn({ context: context.at(-1) }, String(message));
  }
  error(message: unknown, ...context: unknown[]): void {
    // Why it could not listen is thrown as well, and told once by who started it.
    if (context.at(-1) === 'NestApplication') return this.log(message, ...context);
    this.logger.error(
      { err: message instanceof Error ? message : undefined, context: context.at(-1) },
      String(message),
    );
  }
  fatal(message: unknown, ...context: unknown[]): void {
    this.error(message, ...context);
  }
}
