/**
 * Finds or starts what a suite needs before its tests run, and names it in the environment. In plain JavaScript,
 * because Jest loads this file before it transforms anything.
 */
import process from 'node:process';
import { announce, findPostgres, findRabbitMq } from '#testing';

export const found = [];

export default async function globalSetup(_global, project) {
  if (project.displayName.name !== 'unit' && !process.env.AMQP_URL) {
    process.env.AMQP_URL = (await use('Broker', findRabbitMq)).url;
  }
  if (project.displayName.name === 'integration' && !process.env.DATABASE_URL) {
    process.env.DATABASE_URL = (await use('Database', findPostgres)).url;
  }
}

async function use(what, find) {
  const server = await find();
  found.push(server);
  announce(`${what}: ${server.how}`);
  return server;
}
