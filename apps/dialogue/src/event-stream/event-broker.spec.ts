import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { amqpUrl, eventBrokerFor } from './event-broker.js';

const logger = pino({ level: 'silent' });

describe('The event broker of endpoints.yml', () => {
  it.each([
    [{ url: 'mq.internal', port: 5672 }, 'amqp://mq.internal:5672'],
    [
      { url: 'mq.internal', port: 5673, username: 'a b', password: 'p@ss/word' },
      'amqp://a%20b:p%40ss%2Fword@mq.internal:5673',
    ],
    [{ url: 'amqp://u:p@mq:5674/vhost', port: 5672 }, 'amqp://u:p@mq:5674/vhost'],
    [{ url: 'amqps://mq', port: 5671, username: 'u', password: 'p' }, 'amqps://u:p@mq:5671'],
  ])('of type pika with the settings %j has the address %s', (settings, url) => {
    expect(amqpUrl(settings)).toBe(url);
  });

  it('of type file writes one line for each event', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'events-'));
    const path = join(folder, 'events.log');
    const broker = eventBrokerFor({ type: 'file', settings: { path } }, {}, logger);
    await broker.publish('{"event":"slot"}', '1');
    await broker.publish('{"event":"bot"}', '2');
    expect(await readFile(path, 'utf8')).toBe('{"event":"slot"}\n{"event":"bot"}\n');
    await rm(folder, { recursive: true });
  });

  it('of another type is refused with an error that names the type', () => {
    expect(() => eventBrokerFor({ type: 'kafka', settings: {} }, {}, logger)).toThrow(/type kafka is not supported/);
  });

  it.each([
    [{}, /url/],
    [{ url: 'mq', queues: { a: {} } }, /queues/],
    [{ url: 'not a host' }, /url/],
    [{ url: 'mq', port: 'many' }, /port/],
  ])('with the settings %j is refused with an error that names the setting', (settings, named) => {
    expect(() => eventBrokerFor({ type: 'pika', settings }, {}, logger)).toThrow(named);
  });
});
