import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import { pino } from 'pino';
import { Type } from 'typebox';
import { readAssistant, type Domain } from '#assistant';
import { Tracker, type ActionResult } from '#dialogue-engine';
import { projectRoot } from '#service';
import { ActionRequests } from '../action-servers/action-request.js';
import { ActionServers } from '../action-servers/action-servers.js';
import { Action, slotAs, type ActionContext, type CustomAction } from './action.js';
import { ActionRegistry } from './action.registry.js';
import { ActionRunner } from './action.runner.js';

const logger = pino({ level: 'silent' });
const NOTHING: ActionResult = { events: [], responses: [] };
let wasAborted = false;

@Action('action_greet')
class Greet implements CustomAction {
  run({ tracker }: ActionContext): Promise<ActionResult> {
    return Promise.resolve({ events: [], responses: [{ text: `Hello ${slotAs(tracker, 'email', Type.String())}` }] });
  }
}

@Action('action_hang')
class Hang implements CustomAction {
  run({ signal }: ActionContext): Promise<ActionResult> {
    signal.addEventListener('abort', () => (wasAborted = true));
    return new Promise(() => undefined);
  }
}

@Action('action_greet')
class GreetAgain implements CustomAction {
  run(): Promise<ActionResult> {
    return Promise.resolve(NOTHING);
  }
}

class NoAction {}

let domain: Domain;
beforeAll(async () => {
  ({ domain } = (await readAssistant(join(projectRoot, 'assistants/helpdesk'))).assistant);
});

/** A registry of the providers that discovery finds in a module. */
async function registryOf(...providers: (new () => object)[]): Promise<ActionRegistry> {
  @Module({ imports: [DiscoveryModule], providers })
  class TestModule {}
  const app = await NestFactory.createApplicationContext(TestModule, { logger: false, abortOnError: false });
  return new ActionRegistry(app.get(DiscoveryService).getProviders());
}

function runnerOf(registry: ActionRegistry, timeoutMs = 5_000, serverUrl?: string): ActionRunner {
  const endpoint = { params: {}, headers: {}, tokenName: 'token', prefixes: [], isDomainSelective: false };
  const requests = new ActionRequests(domain, async () => [], false);
  const servers = new ActionServers(serverUrl ? [{ url: serverUrl, ...endpoint }] : [], requests, logger);
  return new ActionRunner(registry, servers, timeoutMs);
}

function run(runner: ActionRunner, name: string): Promise<ActionResult> {
  const tracker = Tracker.start('ann', domain);
  tracker.apply({ event: 'slot', name: 'email', value: 'ann@example.com' });
  const context = { name, tracker, domain, outputChannel: 'collector', inputChannel: 'rest', messageId: 'm1' };
  const cause = { specversion: '1.0' as const, id: 'c', source: 's', type: 't', subject: 'ann', time: '' };
  const rest = { isFromHost: false, handOver: () => undefined };
  return runner.run({ ...context, ...rest, cause: { ...cause, correlationid: 'c', data: undefined } });
}

/** Starts an action server that gives this answer to every call until the test ends, and returns its address. */
async function serve(status: number, body: unknown): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stopServing = () => new Promise((resolve) => server.close(() => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
}
let stopServing: (() => Promise<void>) | undefined;
afterEach(() => stopServing?.());

describe('An action that both an action server and a class implement', () => {
  it('runs on the server', async () => {
    const url = await serve(200, { events: [], responses: [{ text: 'Hello from the project' }] });
    const runner = runnerOf(await registryOf(Greet), 5_000, url);
    expect(await run(runner, 'action_greet')).toMatchObject({ responses: [{ text: 'Hello from the project' }] });
  });

  it('runs in the class when the server has no such action', async () => {
    const url = await serve(404, { error: 'No registered action found', action_name: 'action_greet' });
    const runner = runnerOf(await registryOf(Greet), 5_000, url);
    expect(await run(runner, 'action_greet')).toMatchObject({ responses: [{ text: 'Hello ann@example.com' }] });
  });

  it('fails when the server fails, and does not run in the class', async () => {
    const runner = runnerOf(await registryOf(Greet), 5_000, await serve(500, {}));
    await expect(run(runner, 'action_greet')).rejects.toThrow(/status 500/);
  });
});

describe('Actions', () => {
  it('are found by their decorator among all providers', async () => {
    const registry = await registryOf(Greet, Hang, NoAction);
    expect(registry.names).toEqual(['action_greet', 'action_hang']);
    expect(await run(runnerOf(registry), 'action_greet')).toMatchObject({
      responses: [{ text: 'Hello ann@example.com' }],
    });
  });

  it('with the same name cause an error that names both classes', async () => {
    await expect(registryOf(Greet, GreetAgain)).rejects.toThrow(
      'Two classes are the action action_greet: Greet and GreetAgain.',
    );
  });

  it('that the domain lists and nobody implements cause an error that names them', async () => {
    const runner = runnerOf(await registryOf(Greet));
    const listed = {
      ...domain,
      actions: ['action_greet', 'action_gone', 'utter_greet'],
      responses: { utter_greet: [] },
    };
    expect(() => runner.refuseMissing(listed)).toThrow(/nobody implements: action_gone\. .*bundled_actions: true/);
    expect(() => runner.refuseMissing({ ...listed, actions: ['action_greet'] })).not.toThrow();
  });

  it('that do not end fail after the time limit, and their signal is aborted', async () => {
    const runner = runnerOf(await registryOf(Hang), 20);
    await expect(run(runner, 'action_hang')).rejects.toThrow('action_hang did not end within 20 ms.');
    expect(wasAborted).toBe(true);
  });
});
