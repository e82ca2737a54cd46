import { resolve } from 'node:path';
import { InProcessBroker } from '#bus';
import { createLogger, endOnSignal, projectRoot, type ServiceDefinition, type ServiceContext } from '#service';
import { EmbeddedHost } from '#store';
import { actionServerService } from '../../../dialogue/src/serve-actions/action-server.module.js';
import { incidentService } from '../../../incident/src/incident.module.js';
import { lockDirectory } from '../run/directory-lock.js';
import { closeAll, startAll } from '../run/run-all.js';

export interface RunActionsOptions {
  assistant: string;
  port: number;
  data?: string;
  debug: boolean;
}

/**
 * `helpdesk run actions`: serves the bundled actions to a Rasa server until Ctrl-C. With `AMQP_URL` the actions use the
 * services behind that broker; without it, the services that they need run in this process.
 */
export async function runActions({ assistant, port, data, debug }: RunActionsOptions): Promise<void> {
  const context = {
    env: {
      ...process.env,
      ASSISTANT: assistant,
      ACTION_SERVER_PORT: String(port),
      INCIDENT_PORT: process.env['INCIDENT_PORT'] ?? '0',
    },
    host: process.env['HOST'] ?? '127.0.0.1',
    namespace: process.env['BUS_NAMESPACE'] ?? 'helpdesk',
    logger: (service: string) => createLogger(service, debug ? 'debug' : 'warn', true),
    projectRoot,
  };
  const broker = process.env['AMQP_URL'];
  const { services, end } = broker
    ? { services: await startAll([server], { ...context, broker }), end: () => Promise.resolve() }
    : await startAlone(context, data ?? resolve(projectRoot, '.data', `actions-${port}`));
  endOnSignal(async () => {
    await closeAll(services);
    await end();
  });
  console.log(`\n  The action server is ready: ${services.at(-1)?.url}/webhook\n  Press Ctrl-C to stop.\n`);
}

const server = actionServerService as ServiceDefinition;

async function startAlone(context: Omit<ServiceContext, 'broker' | 'database'>, directory: string) {
  const unlock = await lockDirectory(directory);
  const database = new EmbeddedHost(resolve(directory, 'database'));
  const definitions = [incidentService as ServiceDefinition, server];
  const services = await startAll(definitions, { ...context, broker: new InProcessBroker(), database });
  const end = async (): Promise<void> => {
    await database.close();
    await unlock();
  };
  return { services, end };
}
