import { createLogger, type Logger } from '#service';

/** A logger that records its errors. */
export function keepingLogger(): { logger: Logger; errors: unknown[][] } {
  const logger = createLogger('nlu', 'silent');
  const errors: unknown[][] = [];
  logger.error = (...told: unknown[]) => void errors.push(told);
  return { logger, errors };
}
