import { Type, type TObject } from 'typebox';
import { PostgresHost } from '#store';
import { createLogger } from './runtime/logger.js';
import { projectRoot } from './runtime/project-root.js';
import { startService, type ServiceDefinition, type ServiceContext } from './service.js';
import { readSettings } from './runtime/settings.js';

/** Settings that every service process reads in addition to its own. */
export const processSettings = Type.Object({
  HOST: Type.String({ default: '127.0.0.1', description: 'address to listen on' }),
  AMQP_URL: Type.String({
    default: 'amqp://localhost:5672',
    pattern: '^amqps?://',
    description: 'amqp://user:password@host:port',
  }),
  BUS_NAMESPACE: Type.String({
    default: 'helpdesk',
    pattern: '^[a-z0-9-]{1,40}$',
    description: 'prefix of all names on the broker',
  }),
  DATABASE_URL: Type.Optional(
    Type.String({ pattern: '^postgres(ql)?://', description: 'postgres://user:password@host:port/database' }),
  ),
  LOG_LEVEL: Type.Union(
    (['debug', 'info', 'warn', 'error', 'silent'] as const).map((level) => Type.Literal(level)),
    { default: 'info', description: 'debug, info, warn, error or silent' },
  ),
});

/**
 * Runs one service as a separate process: reads the environment, starts, and shuts down gracefully on SIGTERM or SIGINT.
 * If it cannot start, it prints one clear line and exits with code 1.
 */
export async function runMain<S extends TObject>(definition: ServiceDefinition<S>): Promise<void> {
  try {
    const settings = readSettings(processSettings, process.env);
    const database = settings.DATABASE_URL ? new PostgresHost(settings.DATABASE_URL) : undefined;
    const context: ServiceContext = {
      env: process.env,
      host: settings.HOST,
      broker: settings.AMQP_URL,
      namespace: settings.BUS_NAMESPACE,
      database,
      logger: (service) => createLogger(service, settings.LOG_LEVEL),
      projectRoot,
    };
    const service = await startService(definition, context);
    endOnSignal(async () => {
      await service.close();
      await database?.close();
    });
  } catch (error) {
    refuse(definition.name, error);
  }
}

/** Signals within this time count once: a terminal signals both npm and this process, and npm passes its signal on. Milliseconds. */
const ONE_WISH = 1_000;

/**
 * The longest time for an orderly stop, in milliseconds. It is less than the 30 s after which Kubernetes kills a process.
 * Messages that are not acknowledged by then return to the broker, so nothing is lost.
 */
const STOP_TIMEOUT = 25_000;

/**
 * Calls `close` once on the first SIGTERM or SIGINT. Exits 0 when it is done, and 1 when it fails or takes longer than
 * 25 seconds. A signal more than a second after the first one (a second Ctrl-C) ends the process at once with 130.
 */
export function endOnSignal(close: () => Promise<void>): void {
  let firstAt: number | undefined;
  const end = (): void => {
    if (firstAt !== undefined) {
      if (performance.now() - firstAt > ONE_WISH) process.exit(130);
      return;
    }
    firstAt = performance.now();
    setTimeout(() => {
      console.error(
        `Stopping took longer than ${STOP_TIMEOUT / 1_000} s. The process ends without waiting any longer.`,
      );
      process.exit(1);
    }, STOP_TIMEOUT).unref();
    close().then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

/** Prints without a stack why the start failed, and exits with 1. */
export function refuse(name: string, error: unknown): never {
  console.error(`${name}: ${startProblem(error)}`);
  process.exit(1);
}

function startProblem(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    const { port } = error as unknown as { port: number };
    return `port ${port} is in use. Stop what uses it or set another port (GATEWAY_PORT for the chat page).`;
  }
  return error.message;
}
