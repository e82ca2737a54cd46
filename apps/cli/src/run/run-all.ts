import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InProcessBroker } from '#bus';
import {
  createLogger,
  endOnSignal,
  projectRoot,
  startService,
  type RunningService,
  type ServiceDefinition,
  type ServiceContext,
} from '#service';
import { EmbeddedHost } from '#store';
import { dialogueService } from '../../../dialogue/src/dialogue.module.js';
import { gatewayService } from '../../../gateway/src/gateway.module.js';
import { handoffService } from '../../../handoff/src/handoff.module.js';
import { incidentService } from '../../../incident/src/incident.module.js';
import { nluService } from '../../../nlu/src/nlu.module.js';
import { train } from '../train/train.js';
import { lockDirectory } from './directory-lock.js';
import { serveTraining } from './serve-training.js';

/**
 * All services except the gateway, which a terminal can replace. A service comes before the services that use it, so
 * that closing in reverse order lets each finish its work.
 */
export const innerServices = [incidentService, handoffService, dialogueService, nluService] as ServiceDefinition[];

export interface RunOptions {
  assistant: string;
  port: number;
  data?: string;
  cors?: string[];
  debug: boolean;
  /** Whether to serve Rasa's HTTP API beside the channels. Without credentials it is open to this machine only. */
  enableApi: boolean;
  authToken?: string;
  jwtSecret?: string;
  jwtMethod?: string;
}

type Doors = Pick<RunOptions, 'cors' | 'enableApi' | 'authToken' | 'jwtSecret' | 'jwtMethod'>;

/** `helpdesk run`: trains if necessary, then runs all five services in this process until Ctrl-C. */
export async function runAll({ assistant, port, data, debug, ...gateway }: RunOptions): Promise<void> {
  const model = await train(assistant);
  const directory = data ?? resolve(projectRoot, '.data', String(port));
  const unlock = await lockDirectory(directory);
  const broker = new InProcessBroker();
  const database = new EmbeddedHost(resolve(directory, 'database'));
  const context: ServiceContext = {
    env: {
      ...process.env,
      ASSISTANT: assistant,
      MODEL_FILE: model,
      PUBLIC_URL: process.env['PUBLIC_URL'] ?? `http://localhost:${port}`,
      ...doorsFrom(gateway),
      ...portsFrom(port),
    },
    host: process.env['HOST'] ?? '127.0.0.1',
    broker,
    namespace: 'helpdesk',
    database,
    logger: (service) => createLogger(service, debug ? 'debug' : 'warn', true),
    projectRoot,
  };
  const services = await startAll([...innerServices, gatewayService], context);
  const trainer = gateway.enableApi ? serveTraining(broker, assistant) : undefined;
  // Only the local desk has this page; with a ticket system, the help desk works there.
  const desk = `${here(services, 'incident')}/desk`;
  const hasDesk = (await fetch(desk)).ok;
  endOnSignal(async () => {
    console.log('\nFinishing open conversations…');
    await closeAll(services);
    await trainer?.close();
    await database.close();
    await unlock();
  });
  console.log(`\n  Helpdesk Assistant is ready: ${here(services, 'gateway')}`);
  if (hasDesk) console.log(`  The desk for incidents: ${desk}`);
  console.log('  Press Ctrl-C to stop.\n');
}

const here = (services: RunningService[], name: string): string =>
  `http://localhost:${new URL(services.find((service) => service.name === name)?.url ?? '').port}`;

/** Starts services in this process and waits until each is ready. */
export async function startAll(definitions: ServiceDefinition[], context: ServiceContext): Promise<RunningService[]> {
  const services: RunningService[] = [];
  for (const definition of definitions) services.push(await startService(definition, context));
  while ((await Promise.all(services.map((service) => service.problems()))).flat().length > 0) await delay(20);
  return services;
}

/** Closes the gateway first, so that no new message arrives while the other services finish their work. */
export async function closeAll(services: RunningService[]): Promise<void> {
  for (const service of services.toReversed()) await service.close();
}

/**
 * The gateway's access settings as environment variables. Options that are not given leave the environment unchanged.
 */
function doorsFrom({ cors, enableApi, authToken, jwtSecret, jwtMethod }: Doors): Record<string, string> {
  return {
    ...(cors && { CORS_ORIGINS: cors.join(',') }),
    ...(enableApi && { ENABLE_API: 'true' }),
    ...(authToken && { AUTH_TOKEN: authToken }),
    ...(jwtSecret && { JWT_SECRET: jwtSecret }),
    ...(jwtMethod && { JWT_METHOD: jwtMethod }),
  };
}

/**
 * The ports of the inner services. They are derived from the gateway's port, so that a second copy on the next port
 * does not collide.
 */
function portsFrom(gateway: number): Record<string, string> {
  const beside = (distance: number): string => String(gateway === 0 ? 0 : gateway + distance);
  return {
    GATEWAY_PORT: String(gateway),
    NLU_PORT: process.env['NLU_PORT'] ?? beside(10),
    DIALOGUE_PORT: process.env['DIALOGUE_PORT'] ?? beside(20),
    INCIDENT_PORT: process.env['INCIDENT_PORT'] ?? beside(30),
    HANDOFF_PORT: process.env['HANDOFF_PORT'] ?? beside(40),
  };
}
