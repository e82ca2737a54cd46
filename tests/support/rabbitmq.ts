import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RabbitMQContainer } from '@testcontainers/rabbitmq';
import { connect } from 'amqplib';
import { TestProcess } from './child-process.js';
import { inContainer, type FoundServer } from './docker.js';
import { freePort } from './free-port.js';
import { findProgram, installPackage } from './installed-program.js';
import { waitUntil } from './wait-until.js';

const IMAGE = 'rabbitmq:4-management';

/** A RabbitMQ broker: `AMQP_URL`, or else one in Docker, or else a private one from local binaries or the package. */
export async function findRabbitMq(): Promise<FoundServer> {
  const given = process.env['AMQP_URL'];
  if (given) return { url: given, how: 'AMQP_URL', stop: () => Promise.resolve() };
  const contained = await inContainer(IMAGE, async () => {
    const container = await new RabbitMQContainer(IMAGE).start();
    return {
      url: container.getAmqpUrl().replace('amqp://', 'amqp://guest:guest@'),
      how: `${IMAGE} in Docker`,
      stop: async () => void (await container.stop()),
    };
  });
  if (contained) return contained;
  if (!serverProgram()) installPackage('rabbitmq-server', 'AMQP_URL or Docker');
  return startPrivateRabbitMq();
}

/** A broker that only this test run uses, with free ports and its own data. The data survives `kill` and `start`. */
export interface PrivateRabbitMq extends FoundServer {
  /** Kills it without a clean shutdown. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function startPrivateRabbitMq(): Promise<PrivateRabbitMq> {
  const program = serverProgram();
  if (!program) throw new Error('There is no rabbitmq-server on this machine.');
  const directory = await mkdtemp(join(tmpdir(), 'helpdesk-rabbitmq-'));
  const [port, distPort] = [await freePort(), await freePort()];
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  await writeFile(join(directory, 'enabled_plugins'), '[].');
  await writeFile(
    join(directory, 'rabbitmq.conf'),
    'vm_memory_high_watermark.absolute = 1GB\ndisk_free_limit.absolute = 100MB\n',
  );
  const env = {
    ...process.env,
    HOME: directory,
    RABBITMQ_NODENAME: `helpdesk-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distPort),
    // RabbitMQ recommends these flags against busy waiting on shared cores.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
    RABBITMQ_CONF_ENV_FILE: join(directory, 'none'),
    RABBITMQ_CONFIG_FILE: join(directory, 'rabbitmq.conf'),
    RABBITMQ_MNESIA_BASE: join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_PID_FILE: join(directory, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
  };
  let server: TestProcess;
  const start = async (): Promise<void> => {
    server = new TestProcess('rabbitmq-server', program, [], { env, cwd: directory });
    await waitUntil('RabbitMQ is ready', async () => (await answers(url)) || !server.isRunning);
    if (!server.isRunning) throw new Error(`rabbitmq-server ended at once:\n${server.output}`);
  };
  await start();
  return {
    url,
    how: `a private ${program}`,
    start,
    kill: async () => void (await server.stop('SIGKILL')),
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The program itself, because Debian's wrapper on PATH changes the user and drops the environment. */
const serverProgram = (): string | undefined => findProgram(['rabbitmq-server'], ['/usr/lib/rabbitmq/bin']);

async function answers(url: string): Promise<boolean> {
  try {
    const connection = await connect(url, { timeout: 1_000 });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}
