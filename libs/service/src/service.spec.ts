import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { IsString } from 'class-validator';
import { Type } from 'typebox';
import { createBus, InProcessBroker, RequestFailedError } from '#bus';
import { IncidentFind, MessageReceived } from '#contracts';
import { EmbeddedHost, PostgresHost } from '#store';
import { freePort, waitUntil } from '#testing';
import { createLogger } from './runtime/logger.js';
import { projectRoot } from './runtime/project-root.js';
import { startService, type RunningService, type ServiceDefinition, type ServiceContext } from './service.js';

// Jest on Node 20 cannot load this package. It only serves the assets of the API page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

class Word {
  @IsString()
  word!: string;
}

@Controller('echo')
class EchoController {
  @Post()
  echo(@Body() { word }: Word): Word {
    return { word };
  }
  @Get('bug')
  bug(): never {
    throw new TypeError('secret of the house');
  }
  @MessagePattern<string>('incident.find.v1')
  find(): never {
    throw new Error('the desk is closed');
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const Settings = Type.Object({ ECHO_PORT: Type.Integer({ default: 0 }) });
const echo: ServiceDefinition<typeof Settings> = {
  name: 'echo',
  summary: 'Says what it hears.',
  settings: Settings,
  port: ({ ECHO_PORT }) => ECHO_PORT,
  module: () => ({ module: EchoModule }),
};
const withData = { ...echo, migrations: 'apps/incident/migrations' };

let running: RunningService[] = [];
afterEach(async () => {
  for (const service of running) await service.close();
  running = [];
});

const context = (more: Partial<ServiceContext> = {}): ServiceContext => ({
  env: {},
  host: '127.0.0.1',
  broker: new InProcessBroker(),
  namespace: 'test',
  logger: (service) => createLogger(service, 'silent'),
  projectRoot,
  ...more,
});

async function start(definition = echo, surroundings = context()): Promise<RunningService> {
  const service = await startService(definition, surroundings);
  running.push(service);
  return service;
}

const nobodyListens = async () => new PostgresHost(`postgres://u:p@127.0.0.1:${await freePort()}/x`);

describe('A service', () => {
  it('is alive and ready when all dependencies are available', async () => {
    const service = await start();
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${service.url}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ok' }]);
    expect(await service.problems()).toEqual([]);
  });

  it('is alive but not ready without its database, and names what is missing', async () => {
    const service = await start(withData, context({ database: await nobodyListens() }));
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${service.url}/health/ready`);
    const body = await ready.text();
    expect(ready.status).toBe(503);
    expect(body).toContain('database');
    expect(body).not.toContain('u:p@');
    expect(await service.problems()).toEqual([expect.stringMatching(/^database: /)]);
  });

  it('becomes ready together with its database', async () => {
    const database = new EmbeddedHost('memory://');
    const service = await start(withData, context({ database }));
    await waitUntil('it is ready', async () => (await service.problems()).length === 0);
    await database.close();
  });

  it('describes its API', async () => {
    const { url } = await start();
    const document = await fetch(`${url}/docs-json`);
    expect(await document.json()).toMatchObject({
      openapi: expect.stringMatching(/^3/),
      paths: { '/echo': {} },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    });
  });

  it('refuses invalid and deeply nested bodies', async () => {
    const { url } = await start();
    const post = (body: string) =>
      fetch(`${url}/echo`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect(await (await post('{"word":"hi"}')).json()).toEqual({ word: 'hi' });
    const deep = `{"word":"hi","x":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;
    for (const body of ['{}', '{"word":5}', '{"word":"hi","x":1}', deep]) {
      const response = await post(body);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        400,
        'application/problem+json; charset=utf-8',
      ]);
    }
  });

  it('answers an unexpected error with a problem document without details', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/echo/bug`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  it('passes a message handler’s error to the bus', async () => {
    const surroundings = context();
    await start(echo, surroundings);
    const asker = createBus({ service: 'asker', broker: surroundings.broker });
    asker.open();
    const question = asker.request(IncidentFind, { email: 'a@b.example' }, { conversationId: 'c', timeoutMs: 2_000 });
    await expect(question).rejects.toThrow(new RequestFailedError('the desk is closed'));
    await asker.close();
  });

  it('does not start with invalid settings', async () => {
    await expect(startService(echo, context({ env: { ECHO_PORT: 'x' } }))).rejects.toThrow('ECHO_PORT');
  });

  it('does not start without the address of its database', async () => {
    await expect(startService(withData, context())).rejects.toThrow('DATABASE_URL is not set');
  });

  it('does not start with a handler for an undeclared message', async () => {
    @Controller()
    class Lost {
      @EventPattern<string>('message.lost.v1')
      take(): void {}
    }
    const lost = { ...echo, module: () => ({ module: EchoModule, controllers: [Lost] }) };
    await expect(startService(lost, context())).rejects.toThrow('No contract is named "message.lost.v1"');
  });

  it('does not start on a used port, and leaves nothing running', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as AddressInfo;
    const broker = new InProcessBroker();
    const taken: unknown[] = [];
    @Controller()
    class Taker {
      @EventPattern<string>('message.received.v1')
      take(): void {
        taken.push(1);
      }
    }
    const taker = { ...echo, module: () => ({ module: EchoModule, controllers: [Taker] }) };
    const surroundings = context({ broker, env: { ECHO_PORT: String(port) } });
    await expect(startService(taker, surroundings)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    const sender = createBus({ service: 'sender', broker });
    sender.open();
    const message = {
      messageId: 'm',
      conversationId: 'c',
      text: 'hi',
      channel: { input: 'rest', output: 'collector' },
      sentAt: '2026-01-01T00:00:00.000Z',
    };
    await sender.publish(MessageReceived, message, { conversationId: 'c' });
    await new Promise((resolve) => setImmediate(resolve));
    await sender.close();
    expect(taken).toEqual([]);
    squatter.close();
  });
});
