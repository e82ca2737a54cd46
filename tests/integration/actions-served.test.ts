/** `helpdesk run actions`: an action server that runs the bundled actions for a Rasa server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort, TestProcess, waitUntil } from '#testing';
import { Stack } from './support/stack.js';

const root = resolve(import.meta.dirname, '../..');
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface ActionServer {
  url: string;
  process: TestProcess;
}

async function serveActions(env: Record<string, string>): Promise<ActionServer> {
  const data = await mkdtemp(join(tmpdir(), 'helpdesk-served-'));
  const port = await freePort();
  const args = ['dist/apps/cli/src/main.js', 'run', 'actions', '--port', String(port), '--data', data];
  const { AMQP_URL: _, ...inherited } = process.env;
  const server = new TestProcess('actions', process.execPath, args, { cwd: root, env: { ...inherited, ...env } });
  ends.push(async () => {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntil('the action server is ready', () => {
    if (!server.isRunning) throw new Error(`the action server ended:\n${server.output}`);
    return server.output.includes(`${url}/webhook`);
  });
  return { url, process: server };
}

const SLOTS = {
  email: 'ann@example.com',
  priority: 'low',
  incident_title: 'Printer',
  problem_description: 'It hums',
  confirm: true,
};

async function openIncident(url: string): Promise<{ responses: { response: string }[] }> {
  const call = {
    next_action: 'action_open_incident',
    sender_id: 'ann',
    tracker: { sender_id: 'ann', slots: SLOTS, events: [], latest_message: { message_id: 'm1' } },
    domain: {},
    version: '3.5.5',
  };
  const response = await fetch(`${url}/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(call),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { responses: { response: string }[] };
}

describe('helpdesk run actions', () => {
  it('runs without other services and ends with exit code 0 on Ctrl-C', async () => {
    const server = await serveActions({});
    const opened = { response: 'utter_incident_opened', number: 'INC0000001' };
    expect(await openIncident(server.url)).toMatchObject({ responses: [opened] });
    const names = (await (await fetch(`${server.url}/actions`)).json()) as { name: string }[];
    expect(names.map(({ name }) => name)).toContain('action_check_incident_status');
    expect(await server.process.stop('SIGINT')).toBe(0);
  });

  it('uses the services behind the broker that AMQP_URL names', async () => {
    const namespace = `served-${process.pid}`;
    const stack = await Stack.start({ BUS_NAMESPACE: namespace });
    ends.push(() => stack.stop());
    const server = await serveActions({ AMQP_URL: stack.broker.url, BUS_NAMESPACE: namespace });
    expect(await openIncident(server.url)).toMatchObject({ responses: [{ response: 'utter_incident_would_open' }] });
    await stack.services.incident.kill();
    expect(await openIncident(server.url)).toMatchObject({ responses: [{ response: 'utter_incident_recorded' }] });
  });
});
