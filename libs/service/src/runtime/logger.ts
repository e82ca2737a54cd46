import { type LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * Logs one JSON object per line on standard output, or readable lines with `isPretty`. User texts and addresses are
 * never logged: callers pass ids, and these paths are removed in case one is passed by mistake.
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

/** Sends Nest's own messages to our logger. Its start-up messages are at debug level. */
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
    // The reason why it could not listen is also thrown, and the caller reports it once.
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
