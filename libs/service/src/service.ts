import 'reflect-metadata';
import { type AddressInfo } from 'node:net';
import { Global, Module, ValidationPipe, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { TerminusModule } from '@nestjs/terminus';
import { type Static, type TObject } from 'typebox';
import { BusServer, createBus, MessageBus, type InProcessBroker } from '#bus';
import { Store, type DatabaseHost, type Migrations } from '#store';
import { invalidRequest } from './http/body.pipe.js';
import { HealthController, Readiness } from './http/health.controller.js';
import { type Logger, NestLogger } from './runtime/logger.js';
import { NestingPipe } from './http/nesting.pipe.js';
import { ProblemFilter } from './http/problem.filter.js';
import { productVersion } from './runtime/project-root.js';
import { readSettings } from './runtime/settings.js';

/** Injection tokens for a service's settings and its logger. */
export const SETTINGS = Symbol('settings');
export const LOGGER = Symbol('logger');

/** Default limit for the HTTP body of a request, in bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

/** The definition of a service: its name, its settings, its features. */
export interface ServiceDefinition<Settings extends TObject = TObject> {
  name: string;
  summary: string;
  /** Environment variables with defaults. */
  settings: Settings;
  port(settings: Static<Settings>): number;
  /** Web origins that may call this service from a browser; none when absent. */
  cors?(settings: Static<Settings>): string[] | boolean;
  /** Limit for the HTTP body of a request, in bytes; default `MAX_BODY_BYTES`. */
  maxBodyBytes?: number;
  /** Whether handlers may read the unparsed request body, for signatures. */
  keepsRawBody?: boolean;
  /** Folder of migrations, relative to the project; absent for a service without data. */
  migrations?: string;
  /** Creates the service's features. Runs before the service listens; an error prevents the start. */
  module(settings: Static<Settings>, context: ServiceContext): DynamicModule | Promise<DynamicModule>;
}

/** The environment of a service: separate processes share a broker and a server, one process shares objects. */
export interface ServiceContext {
  env: Readonly<Record<string, string | undefined>>;
  /** Address to listen on. */
  host: string;
  broker: string | InProcessBroker;
  /** Prefix of all names on the broker. */
  namespace: string;
  /** For services with data. */
  database?: DatabaseHost | undefined;
  logger(service: string): Logger;
  /** Folder of the project's files. */
  projectRoot: string;
}

export interface RunningService {
  name: string;
  /** `http://host:port` */
  url: string;
  /** What is not ready yet, as `name: reason`; empty when the service is ready. */
  problems(): Promise<string[]>;
  /** Finishes the work in progress, then ends. */
  close(): Promise<void>;
}

/**
 * Starts one service: HTTP with health, OpenAPI at `/docs` and problem documents; the bus with the module's handlers;
 * its store. It starts even without broker and database, and connects when they become available.
 */
export async function startService<S extends TObject>(
  definition: ServiceDefinition<S>,
  context: ServiceContext,
): Promise<RunningService> {
  const { name } = definition;
  const logger = context.logger(name);
  const settings = readSettings(definition.settings, context.env) as Static<S>;
  const bus = createBus({
    service: name,
    broker: context.broker,
    tuning: { namespace: context.namespace },
    report: (event) => {
      const { kind, ...about } = event;
      if (kind === 'connected') logger.info('bus connected');
      else if ('error' in about) logger.warn({ ...about, err: about.error, error: undefined }, `message ${kind}`);
      else logger.warn(about, `bus ${kind}`);
    },
  });
  const readiness = new Readiness();
  readiness.add('bus', () => bus.problem());
  const store = definition.migrations ? openStore(name, definition.migrations, context, readiness) : undefined;

  const app = await NestFactory.create<NestFastifyApplication>(
    withSharedProviders(await definition.module(settings, context), { settings, logger, bus, readiness, store }),
    new FastifyAdapter({
      bodyLimit: definition.maxBodyBytes ?? MAX_BODY_BYTES,
      forceCloseConnections: 'idle',
      // Paths contain conversation ids, percent-encoded.
      routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2_000 },
    }),
    { logger: new NestLogger(logger), abortOnError: false, rawBody: definition.keepsRawBody ?? false },
  );
  if (definition.cors) app.enableCors({ origin: definition.cors(settings), credentials: true });
  app.useGlobalFilters(new ProblemFilter(logger));
  app.useGlobalPipes(
    new NestingPipe(),
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: invalidRequest,
    }),
  );
  SwaggerModule.setup('docs', app, () =>
    SwaggerModule.createDocument(
      app,
      new DocumentBuilder()
        .setTitle(`Helpdesk Assistant: ${name}`)
        .setDescription(definition.summary)
        .setVersion(productVersion)
        .addBearerAuth()
        .build(),
    ),
  );
  app.connectMicroservice({ strategy: new BusServer(bus) }, { inheritAppConfig: true });
  const close = async (): Promise<void> => {
    const server = app.getHttpServer();
    // Otherwise a connection with an answer in progress at shutdown would stay open for its next request.
    const sweep = setInterval(() => server.closeIdleConnections(), 100);
    await app.close().finally(() => clearInterval(sweep));
    store?.close();
  };
  try {
    await app.startAllMicroservices();
    await app.listen(definition.port(settings), context.host);
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = app.getHttpServer().address() as AddressInfo;
  logger.info({ port }, 'listening');
  return {
    name,
    url: `http://${context.host === '0.0.0.0' ? '127.0.0.1' : context.host}:${port}`,
    problems: () => readiness.problems(),
    close,
  };
}

function openStore(service: string, migrations: string, context: ServiceContext, readiness: Readiness): Store {
  if (!context.database) throw new Error('DATABASE_URL is not set (postgres://user:password@host:port/database).');
  const logger = context.logger(service);
  const where: Migrations = { service, folder: `${context.projectRoot}/${migrations}` };
  const store = new Store(context.database, where, (state) =>
    state === 'ready' ? logger.info('database ready') : logger.warn(state),
  );
  readiness.add('database', () => store.problem() ?? store.ping());
  void store.open();
  return store;
}

interface SharedProviders {
  settings: unknown;
  logger: Logger;
  bus: MessageBus;
  readiness: Readiness;
  store: Store | undefined;
}

/** The module of a service, with the providers that all of its parts may inject. */
function withSharedProviders(
  features: DynamicModule,
  { settings, logger, bus, readiness, store }: SharedProviders,
): DynamicModule {
  const providers = [
    { provide: SETTINGS, useValue: settings },
    { provide: LOGGER, useValue: logger },
    { provide: MessageBus, useValue: bus },
    { provide: Readiness, useValue: readiness },
    ...(store ? [{ provide: Store, useValue: store }] : []),
  ];
  @Global()
  @Module({
    imports: [TerminusModule.forRoot({ logger: false }), features],
    controllers: [HealthController],
    providers,
    exports: providers,
  })
  class ServiceModule {}
  return { module: ServiceModule };
}
