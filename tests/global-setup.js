/**
 * Finds or starts what a suite needs before its tests run, and names it in the environment. In plain JavaScript,
 * because Jest loads this file before it transforms anything.
 */
import process from 'node:process';
import { announce, findPostgres, findRabbitMq } from '#testing';

export const found = [];

// Jest calls this once for all suites that name it, so it sees to what any of them needs.
export default async function globalSetup() {
  process.env.AMQP_URL ??= (await use('Broker', findRabbitMq)).url;
  process.env.DATABASE_URL ??= (await use('Database', findPostgres)).url;
}

async function use(what, find) {
  const server = await find();
  found.push(server);
  announce(`${what}: ${server.how}`);
  return server;
}
