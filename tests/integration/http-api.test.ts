/** Rasa's HTTP API, served by real processes, with and without credentials. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { freePort, ServiceProcess, TestProcess, waitUntil } from '#testing';
import { SocketClient } from './support/socket-client.js';
import { Stack } from './support/stack.js';

type Json = Record<string, unknown>;

const SECRET = 'only the tests know it';
const json = { 'content-type': 'application/json' };

interface CallOptions {
  method?: string;
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

async function call(url: string, { method, body, token, headers = {} }: CallOptions = {}) {
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body !== undefined && json), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, text, headers: response.headers, body: (isJson ? JSON.parse(text) : {}) as Json };
}

describe('The HTTP API of the separate services', () => {
  let stack: Stack;
  let admin: string;
  const of = (id: string): string => `${stack.url}/conversations/${id}`;
  const tokenOf = (username: string, role: string): Promise<string> =>
    new SignJWT({ user: { username, role } })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(SECRET));

  beforeAll(async () => {
    stack = await Stack.start({ ENABLE_API: 'true', AUTH_TOKEN: 'sesame', JWT_SECRET: SECRET });
    admin = await tokenOf('root', 'admin');
  });
  afterAll(() => stack.stop());

  it('returns a conversation that took place on a channel', async () => {
    await stack.converse('una', ['/open_incident', '/inform{"email":"una@example.com"}']);
    const { body } = await call(`${of('una')}/tracker?token=sesame`);
    expect(body).toMatchObject({
      sender_id: 'una',
      slots: { email: 'una@example.com', requested_slot: 'priority' },
      active_loop: { name: 'open_incident_form' },
      latest_input_channel: 'rest',
    });
    const said = (body['events'] as Json[]).filter(({ event }) => event === 'user').map(({ text }) => text);
    expect(said).toEqual(['/open_incident', '/inform{"email":"una@example.com"}']);
    expect((await call(`${of('una')}/story?token=sesame`)).text).toContain('- active_loop: open_incident_form');
  });

  it('continues with appended events and replaces them', async () => {
    const slot = { event: 'slot', name: 'email', value: 'vic@example.com' };
    const trigger = { name: 'open_incident' };
    await call(`${of('vic')}/tracker/events`, { body: [slot], token: admin });
    const { body } = await call(`${of('vic')}/trigger_intent?include_events=NONE`, { body: trigger, token: admin });
    expect(body['tracker']).toMatchObject({ slots: { email: 'vic@example.com', requested_slot: 'priority' } });
    expect(await stack.converse('vic', ['/inform{"priority":"low"}'])).not.toBe('');
    const replaced = await call(`${of('vic')}/tracker/events`, { method: 'PUT', body: [slot], token: admin });
    expect(replaced.body).toMatchObject({ slots: { email: 'vic@example.com', priority: null }, active_loop: {} });
  });

  it('records a message with its intent and entities without answering it', async () => {
    const message = { text: 'my address is wim@example.com', sender: 'user' };
    const { status, body } = await call(`${of('wim')}/messages`, { body: message, token: admin });
    expect([status, body]).toMatchObject([200, { latest_message: { text: message.text } }]);
    expect(body['slots']).toMatchObject({ email: 'wim@example.com' });
    expect((body['events'] as Json[]).map(({ event }) => event)).not.toContain('bot');
    const predicted = await call(`${of('wim')}/predict`, { method: 'POST', token: admin });
    expect(predicted.body).toMatchObject({
      scores: expect.arrayContaining([{ action: 'action_listen', score: expect.any(Number) }]),
    });
  });

  it('rejects an intent that is not in the domain', async () => {
    const response = await call(`${of('xie')}/trigger_intent`, { body: { name: 'order_pizza' }, token: admin });
    expect([response.status, response.body]).toMatchObject([404, { status: 'failure', reason: 'NotFound', code: 404 }]);
  });

  it('shows users only their own conversation', async () => {
    const token = await tokenOf('yan', 'user');
    expect((await call(`${of('yan')}/tracker`, { token })).status).toBe(200);
    const foreign = await call(`${of('una')}/tracker`, { token });
    expect([foreign.status, foreign.body['reason']]).toEqual([403, 'NotAuthorized']);
    expect((await call(`${of('yan')}/tracker`)).status).toBe(401);
  });

  it('returns the domain only in a format that the request names', async () => {
    const domain = (accept: string) => call(`${stack.url}/domain`, { token: admin, headers: { accept } });
    expect((await domain('*/*')).status).toBe(406);
    expect((await domain('application/json')).body).toHaveProperty('slots.email');
    expect((await domain('application/yaml')).text).toContain('utter_greet:');
  });

  it('delivers the messages of a triggered intent to clients that have the conversation open', async () => {
    const client = await SocketClient.connect(stack.url);
    await client.openSession();
    const path = `${of(encodeURIComponent(client.sessionId))}/trigger_intent?output_channel=latest`;
    const { body } = await call(path, { body: { name: 'thank' }, token: admin });
    const [{ text }] = body['messages'] as [{ text: string }];
    await client.next((heard) => heard.text === text);
    client.close();
  });

  it('keeps the order of messages and changes that arrive at the same time', async () => {
    const events = [{ event: 'slot', name: 'email', value: 'zoe@example.com' }];
    const works = Array.from({ length: 12 }, (_, index) =>
      index % 2 === 0
        ? stack.post('zoe', '/thank').then(({ status }) => status)
        : call(`${of('zoe')}/tracker/events?include_events=NONE`, { body: events, token: admin }).then(
            ({ status }) => status,
          ),
    );
    expect(new Set(await Promise.all(works))).toEqual(new Set([200]));
    const { body } = await call(`${of('zoe')}/tracker?include_events=ALL`, { token: admin });
    const kinds = (body['events'] as Json[]).map(({ event }) => event);
    expect([kinds.filter((kind) => kind === 'user').length, kinds.filter((kind) => kind === 'bot').length]).toEqual([
      6, 6,
    ]);
    expect(kinds.filter((kind) => kind === 'session_started')).toHaveLength(1);
  });

  it('reports the served model and does not offer training', async () => {
    expect((await call(`${stack.url}/status`, { token: admin })).body['model_file']).toContain('nlu.model');
    const parsed = await call(`${stack.url}/model/parse`, { body: { text: 'hello there' }, token: admin });
    expect(parsed.body).toMatchObject({ text: 'hello there', intent: { name: 'greet' } });
    expect((await call(`${stack.url}/model/train`, { body: 'nlu: []', token: admin })).status).toBe(501);
  });

  it('refuses to start without credentials when other machines can reach it', async () => {
    const open = await ServiceProcess.start('gateway', join(import.meta.dirname, '../..'), {
      ENABLE_API: 'true',
      HOST: '0.0.0.0',
      AMQP_URL: stack.broker.url,
    });
    await waitUntil('the gateway refuses to start', () => open.output.includes('--auth-token'));
  });
});

describe('helpdesk run --enable-api', () => {
  let data: string;
  let url: string;
  let run: TestProcess;
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'helpdesk-api-'));
    const port = await freePort();
    url = `http://localhost:${port}`;
    const options = ['--port', String(port), '--data', data, '--enable-api', '--cors', '*', '--auth-token', 'sesame'];
    run = new TestProcess('helpdesk run', process.execPath, ['dist/apps/cli/src/main.js', 'run', ...options], {
      cwd: join(import.meta.dirname, '../..'),
    });
    await waitUntil('the product is ready', () => run.output.includes('is ready'));
  });
  afterAll(async () => {
    await run.stop();
    await rm(data, { recursive: true, force: true });
  });

  it('serves the API and the channels, also to pages of other origins', async () => {
    const response = await call(`${url}/status?token=sesame`, { headers: { origin: 'https://shop.example' } });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://shop.example',
    ]);
    expect((await call(`${url}/status`)).status).toBe(401);
    expect((await call(`${url}/webhooks/rest/webhook`, { body: { sender: 'ann', message: 'hi' } })).status).toBe(200);
  });

  it('trains a model on posted data and reports errors in the data', async () => {
    const train = `${url}/model/train?token=sesame&save_to_default_model_directory=false`;
    const yaml = [
      'language: en',
      'intents: [greet, bye]',
      'nlu:',
      '- intent: greet',
      '  examples: |',
      '    - hello',
      '    - hi',
      '- intent: bye',
      '  examples: |',
      '    - goodbye',
      '    - see you',
    ].join('\n');
    const trained = await call(train, { body: yaml });
    expect([trained.status, trained.headers.get('filename')]).toEqual([200, expect.stringMatching(/\.model$/)]);
    const wrong = await call(train, { body: 'nlu: 5' });
    expect([wrong.status, wrong.body['reason']]).toEqual([400, 'BadRequest']);
    expect(wrong.body['message']).toContain('data.yml:1:6');
  });

  it('tests intents and stories', async () => {
    const nlu = 'nlu:\n- intent: greet\n  examples: |\n    - hello\n    - good morning\n';
    const intents = await call(`${url}/model/test/intents?token=sesame`, { body: nlu });
    expect(intents.body).toMatchObject({ intent_evaluation: { accuracy: 1, errors: [] } });
    const stories = 'stories:\n- story: thanks\n  steps:\n  - intent: thank\n  - action: utter_thank\n';
    const tested = await call(`${url}/model/test/stories?token=sesame`, { body: stories });
    expect(tested.body).toMatchObject({ accuracy: 1, is_end_to_end_evaluation: false });
  });
});
