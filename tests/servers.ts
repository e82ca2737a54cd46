/** Finds or starts the servers that the suites need, and sets the environment variables with their addresses. */
import { announce, findPostgres, findRabbitMq, type FoundServer } from '#testing';

declare global {
  /** The started servers. Jest loads the teardown separately, so it finds them here. */
  var serversOfTests: FoundServer[] | undefined;
}

/** Starts the servers for all suites, because Jest calls this only once. */
export async function startServers(): Promise<void> {
  process.env['AMQP_URL'] ??= (await use('Broker', findRabbitMq)).url;
  process.env['DATABASE_URL'] ??= (await use('Database', findPostgres)).url;
}

async function use(what: string, find: () => Promise<FoundServer>): Promise<FoundServer> {
  const server = await find();
  (globalThis.serversOfTests ??= []).push(server);
  announce(`${what}: ${server.how}`);
  return server;
}
