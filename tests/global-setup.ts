/** Finds or starts what a suite needs before its tests run, and names it in the environment. */
import { announce, findPostgres, findRabbitMq, type FoundServer } from '#testing';

declare global {
  /** For the teardown. Not exported: Jest compiles these two files, but not the name by which one would import the other. */
  var serversOfTests: FoundServer[] | undefined;
}

// Jest calls this once for all suites that name it, so it sees to what any of them needs.
export default async function globalSetup(): Promise<void> {
  process.env['AMQP_URL'] ??= (await use('Broker', findRabbitMq)).url;
  process.env['DATABASE_URL'] ??= (await use('Database', findPostgres)).url;
}

async function use(what: string, find: () => Promise<FoundServer>): Promise<FoundServer> {
  const server = await find();
  (globalThis.serversOfTests ??= []).push(server);
  announce(`${what}: ${server.how}`);
  return server;
}
