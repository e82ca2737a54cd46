/** Finds or starts what a suite needs before its tests run, and names it in the environment. */
import { announce, findPostgres, findRabbitMq, type FoundServer } from '#testing';

declare global {
  /** For the teardown, which Jest loads on its own. */
  var serversOfTests: FoundServer[] | undefined;
}

/** Starts what any of the suites needs, since Jest calls this once for all of them. */
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
