/**
 * The local desk, which stores incidents in our own database, and the HTTP API of the incident service with and without
 * a token.
 */
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { converse, hear, identityToken } from './support/helpdesk.js';
import { SocketClient } from './support/socket-client.js';
import { Stack } from './support/stack.js';

const SECRET = 'shared-with-the-portal-only';
const TOKEN = 'known-to-the-desk-only';
const ANN = 'ann@example.com';

let stack: Stack;
let ann: SocketClient;

beforeAll(async () => {
  stack = await Stack.start({ INCIDENT_BACKEND: 'local-desk', IDENTITY_SECRET: SECRET });
  ann = await SocketClient.connect(stack.url);
  await ann.openSession({ identity_token: await identityToken(SECRET, ANN) });
});
afterAll(async () => {
  ann.close();
  await stack.stop();
});

interface Answer {
  status: number;
  type: string;
  body: Record<string, unknown>;
}

/** Calls the incident service. Sends the body as JSON. */
async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(stack.services.incident.url + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: (await response.json()) as Answer['body'] };
}

const open = (title: string, more: Record<string, unknown> = {}) =>
  call('POST', '/incidents', { email: ANN, title, description: 'It is broken.', priority: 'low', ...more });

describe('The local desk', () => {
  let number: string;

  it('shows an incident that a person opened in the chat', async () => {
    const told = await converse(
      ann,
      ['I want to open an incident', /urgent/],
      ['/inform{"priority":"high"}', /problem/],
      ['My monitor does not work any more', /title/],
      ['The monitor does not work', /Shall I open/],
      ['/affirm', /your incident is \S+\d/],
    );
    number = /your incident is (\w+)/.exec(told)?.[1] ?? '';
    const { incidents } = (await call('GET', '/desk/incidents')).body as { incidents: unknown[] };
    expect(incidents).toEqual([
      expect.objectContaining({
        number,
        title: 'The monitor does not work',
        caller: ANN,
        state: 'new',
        priority: 'high',
      }),
    ]);
  });

  it('sends changes and replies to the chat, but no internal notes', async () => {
    const at = `/desk/incidents/${number}`;
    expect((await call('PATCH', at, { state: 'in-progress', assigned_to: 'Marta' })).status).toBe(200);
    await hear(ann, /Update on .*"The monitor does not work": it is now in progress/);
    await call('POST', `${at}/comments`, { text: 'The third one this week.', internal: true });
    await call('POST', `${at}/comments`, { text: 'Please try the other cable.', name: 'Marta' });
    await hear(ann, /IT wrote about [^]*Please try the other cable\./);
    await call('PATCH', at, { state: 'resolved' });
    await hear(ann, /it is now resolved/);
    const question = await hear(ann, /How satisfied/);
    ann.say(question.quick_replies?.[0]?.payload);
    await hear(ann, /Thank you for the rating/);
    expect(ann.heard.map(({ text }) => text).join()).not.toContain('The third one this week.');
  });

  it('shows what the person writes and the state that follows from it', async () => {
    await converse(
      ann,
      [`please reopen ${number}`, /is still wrong/],
      ['It is dark again', /is open again/],
      [`I want to add a comment to ${number}`, /add to/],
      ['The other cable is dark, too', /part of/],
    );
    const { body } = await call('GET', `/desk/incidents/${number}`);
    expect(body).toMatchObject({ state: 'in-progress' });
    expect(JSON.stringify(body['comments'])).toMatch(/It is dark again[^]*The other cable is dark, too/);
  });
});

describe('The HTTP API', () => {
  it('opens an incident once per operation id', async () => {
    const first = await open('Keyboard', { operation_id: 'op-1' });
    expect(first).toMatchObject({ status: 201, body: { operation_id: 'op-1', status: 'opened' } });
    expect((await open('Keyboard', { operation_id: 'op-1' })).body).toEqual(first.body);
  });

  it('lists, shows, comments on and changes the incidents of a caller', async () => {
    const number = String((await open('Trackball')).body['number']);
    const listed = (await call('GET', `/incidents?email=${ANN}&about=trackball&open=true`)).body['incidents'];
    expect(listed).toEqual([expect.objectContaining({ number, title: 'Trackball', isOpen: true })]);
    const at = `/incidents/${number}`;
    expect((await call('POST', `${at}/comments`, { email: ANN, text: 'It squeaks.' })).status).toBe(200);
    const resolved = await call('POST', `${at}/transitions`, { email: ANN, to: 'resolve' });
    expect(resolved).toMatchObject({ status: 200, body: { status: 'changed', number, state: 'resolved' } });
    expect((await call('POST', `${at}/transitions`, { email: ANN, to: 'cancel' })).status).toBe(409);
    expect((await call('GET', `${at}?email=${ANN}`)).body).toMatchObject({ number, state: 'resolved', isOpen: false });
    expect((await call('GET', `${at}?email=bob@example.com`)).status).toBe(404);
  });

  it('lists operations without the text of people, and refuses to park or retry an operation that is done', async () => {
    await open('Loudspeaker', { operation_id: 'op-2' });
    const { body } = await call('GET', '/operations?state=done&limit=500');
    expect(body['operations']).toContainEqual(expect.objectContaining({ id: 'op-2', kind: 'open', state: 'done' }));
    expect(JSON.stringify(body)).not.toMatch(/Loudspeaker|ann@example/);
    for (const what of ['park', 'retry'])
      expect(await call('POST', `/operations/op-2/${what}`)).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining('is done') },
      });
  });

  it.each([
    ['an invalid address', 'POST', '/incidents', { email: 'ann', title: 'x', description: 'y', priority: 'low' }, 400],
    [
      'an unknown priority',
      'POST',
      '/incidents',
      { email: ANN, title: 'x', description: 'y', priority: 'urgent' },
      400,
    ],
    ['no title', 'POST', '/incidents', { email: ANN, description: 'y', priority: 'low' }, 400],
    [
      'an unknown field',
      'POST',
      '/incidents',
      { email: ANN, title: 'x', description: 'y', priority: 'low', state: 1 },
      400,
    ],
    ['no caller', 'GET', '/incidents', undefined, 400],
    ['an unknown transition', 'POST', '/incidents/INC0000001/transitions', { email: ANN, to: 'delete' }, 400],
    ['an unknown state of operations', 'GET', '/operations?state=lost', undefined, 400],
    ['an unknown operation', 'GET', '/operations/nothing', undefined, 404],
    ['an unknown incident on the desk', 'GET', '/desk/incidents/INC9999999', undefined, 404],
    ['the webhook of another ticket system', 'POST', '/webhooks/servicenow', { number: 'INC0000001' }, 404],
    ['an unknown state on the desk', 'PATCH', '/desk/incidents/INC0000001', { state: 'lost' }, 400],
  ])('rejects %s with a problem document', async (_, method, path, body, status) => {
    const answer = await call(method, path, body);
    expect(answer).toMatchObject({ status, body: { status, detail: expect.stringMatching(/\w{3}/) } });
    expect(answer.type).toMatch('application/problem+json');
  });

  it('is described as OpenAPI', async () => {
    const { paths } = (await call('GET', '/docs-json')).body as { paths: Record<string, object> };
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/incidents',
        '/incidents/{number}',
        '/incidents/{number}/comments',
        '/incidents/{number}/transitions',
        '/operations',
        '/operations/{id}',
        '/operations/{id}/retry',
        '/operations/{id}/park',
        '/desk/incidents',
      ]),
    );
  });

  it('reports the desk on its health page', async () => {
    expect(JSON.stringify((await call('GET', '/health/ready')).body)).toMatch(/ticket system \(local-desk\)/);
  });
});

describe('Access to the HTTP API', () => {
  const PATHS = ['/incidents?email=ann@example.com', '/operations', '/desk/incidents'];

  it.each([
    ['a page of another site', { origin: 'https://elsewhere.example' }],
    ['a host name that somebody else points to this machine', { host: 'elsewhere.example' }],
  ])('is denied to %s if no token is set', async (_, headers: Record<string, string>) => {
    for (const path of PATHS) expect(await statusOf(stack, path, headers)).toBe(403);
  });

  describe('if a token is set', () => {
    let guarded: Stack;
    beforeAll(async () => {
      guarded = await Stack.start({ INCIDENT_BACKEND: 'local-desk', INCIDENT_API_TOKEN: TOKEN });
    });
    afterAll(() => guarded.stop());

    it('needs the token, even on this machine', async () => {
      for (const path of PATHS) {
        expect(await statusOf(guarded, path, {})).toBe(401);
        expect(await statusOf(guarded, path, { authorization: 'Bearer guessed' })).toBe(401);
        expect(await statusOf(guarded, path, { authorization: `Bearer ${TOKEN}` })).toBe(200);
      }
    });

    it('writes the token to no log', () => {
      const logs = Object.values(guarded.services).map(({ output }) => output);
      expect(logs.join('\n')).not.toContain(TOKEN);
    });
  });
});

/** Sends a request with the given headers. `fetch` does not send a custom Host header. */
function statusOf({ services }: Stack, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    get(services.incident.url + path, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}
