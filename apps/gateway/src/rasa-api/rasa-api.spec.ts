import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { TurnCompleted, type Envelope, type UserMessage } from '#contracts';
import { createLogger, projectRoot, startService, type RunningService } from '#service';
import { gatewayService } from '../gateway.module.js';
import { type Asking, call, failure } from './api-call.fixture.js';

// Jest on Node 20 cannot load this package; it only serves the assets of the API's page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

const TRACKER = { sender_id: 'ann', slots: {}, events: null };
const UNDERSTOOD = { text: 'hi', intent: { name: 'greet', confidence: 1 }, entities: [], intent_ranking: [] };

/** The answers of the services behind the gateway, by type of request. */
const ANSWERS: Record<string, unknown> = {
  'conversation.show.v1': { kind: 'shown', tracker: TRACKER },
  'conversation.narrate.v1': { kind: 'narrated', yaml: 'stories: []\n' },
  'conversation.predict.v1': { kind: 'predicted', scores: [], policy: 'RulePolicy', confidence: 1, tracker: TRACKER },
  'conversation.change.v1': { kind: 'changed', tracker: TRACKER, messages: [{ text: 'Hello!' }] },
  'assistant.show.v1': { domain: { intents: ['greet'] } },
  'text.parse.v1': UNDERSTOOD,
  'model.show.v1': { file: '/models/nlu.model', fingerprint: 'abc' },
  'model.replace.v1': { kind: 'replaced' },
  'model.train.v1': { kind: 'trained', file: 'new.model', content: Buffer.from('bytes').toString('base64') },
  'model.test.v1': { kind: 'tested', report: { intent_evaluation: null } },
};

let broker: InProcessBroker;
let inner: MessageBus;
let asked: { type: string; data: Record<string, unknown> }[];
let answer: (type: string, data: unknown, cause: Envelope) => unknown;
const running: RunningService[] = [];

beforeAll(() => {
  broker = new InProcessBroker();
  inner = createBus({ service: 'inner', broker });
  for (const type of [...Object.keys(ANSWERS), 'message.received.v1']) {
    inner.handle(type, async (data, cause) => {
      asked.push({ type, data: data as Record<string, unknown> });
      return answer(type, data, cause);
    });
  }
  inner.open();
});
beforeEach(() => {
  asked = [];
  answer = (type) => ANSWERS[type];
});
afterAll(async () => {
  await Promise.all(running.map((service) => service.close()));
  await inner.close();
});

async function start(env: Record<string, string>, more: { host?: string; broker?: InProcessBroker } = {}) {
  const service = await startService(gatewayService, {
    env: { GATEWAY_PORT: '0', TURN_TIMEOUT_MS: '1000', ...env },
    host: '127.0.0.1',
    broker,
    namespace: 'test',
    logger: (name) => createLogger(name, 'silent'),
    projectRoot,
    ...more,
  });
  running.push(service);
  return service.url;
}

describe('The HTTP API without credentials', () => {
  let url: string;
  let of: string;
  beforeAll(async () => {
    url = await start({ ENABLE_API: 'true' });
    of = `${url}/conversations/ann`;
  });

  it('greets programs at the root, and shows browsers the chat page', async () => {
    expect((await call(url)).text).toMatch(/^Hello from .*3\.\d+\.\d+$/);
    expect((await call(url, { headers: { accept: 'text/html,*/*;q=0.8' } })).text).toContain('<!doctype html>');
    expect((await call(`${url}/version`)).json).toMatchObject({ minimum_compatible_version: expect.any(String) });
  });

  it('passes on queries about a conversation, whose id may be any text', async () => {
    const shown = await call(`${url}/conversations/a%2Fb%20%C3%A4/tracker?include_events=all&until=12.5`);
    expect([shown.status, shown.json]).toEqual([200, TRACKER]);
    const story = await call(`${of}/story?all_sessions=true`);
    expect([story.text, story.headers.get('content-type')]).toEqual(['stories: []\n', 'text/plain; charset=utf-8']);
    const predicted = await call(`${of}/predict?include_events=NONE`, { method: 'POST' });
    expect(predicted.json).toEqual({ scores: [], policy: 'RulePolicy', confidence: 1, tracker: TRACKER });
    expect(asked.map(({ data }) => data)).toEqual([
      { conversationId: 'a/b ä', include: 'ALL', until: 12.5 },
      { conversationId: 'ann', allSessions: true },
      { conversationId: 'ann', include: 'NONE' },
    ]);
  });

  it.each<[string, string, string, unknown, object]>([
    [
      'one event',
      'POST',
      'tracker/events',
      { event: 'pause' },
      { kind: 'append', events: [{ event: 'pause' }], isActedOn: false },
    ],
    ['events', 'POST', 'tracker/events?execute_side_effects=true', [], { kind: 'append', events: [], isActedOn: true }],
    ['new events', 'PUT', 'tracker/events', [{ event: 'pause' }], { kind: 'replace', events: [{ event: 'pause' }] }],
    ['an action', 'POST', 'execute', { name: 'utter_hi', policy: null }, { kind: 'execute', action: 'utter_hi' }],
    [
      'an intent',
      'POST',
      'trigger_intent',
      { name: 'inform', entities: { a: 1 } },
      { kind: 'trigger', intent: 'inform', entities: { a: 1 } },
    ],
    [
      'a message',
      'POST',
      'messages',
      { text: 'hi', sender: 'user' },
      { kind: 'log', text: 'hi', understanding: UNDERSTOOD },
    ],
  ])('passes on %s', async (_, method, path, body, change) => {
    const response = await call(`${of}/${path}`, { method, body });
    const isTalk = path === 'execute' || path === 'trigger_intent';
    expect(response).toMatchObject({
      status: 200,
      json: isTalk ? { tracker: TRACKER, messages: [{ text: 'Hello!' }] } : TRACKER,
    });
    expect(asked.at(-1)).toMatchObject({ type: 'conversation.change.v1', data: { conversationId: 'ann', change } });
  });

  it('takes the parse result of a message from the caller if there is one', async () => {
    const parse_data = { intent: { name: 'thank', confidence: 0.5 }, entities: [{ entity: 'email', value: 'x' }] };
    await call(`${of}/messages`, { body: { text: 'hi', sender: 'user', parse_data } });
    expect(asked).toMatchObject([{ data: { change: { understanding: { text: 'hi', ...parse_data } } } }]);
  });

  it('changes a conversation after the turn in flight, and lets the next message wait', async () => {
    let finish: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      answer = async (type, data, cause) => {
        if (type !== 'message.received.v1') return ANSWERS[type];
        resolve();
        await new Promise<void>((go) => (finish = go));
        const { conversationId, messageId } = data as UserMessage;
        return inner.publish(TurnCompleted, { conversationId, messageId, turn: 1, messages: [] }, { cause });
      };
    });
    const headers = { 'content-type': 'application/json' };
    const said = call(`${url}/webhooks/rest/webhook`, { body: { sender: 'bob', message: 'hi' }, headers });
    await begun;
    const changed = call(`${url}/conversations/bob/tracker/events`, { body: [] });
    // Another conversation does not wait.
    await call(`${of}/tracker/events`, { body: [] });
    expect(asked.map(({ data }) => data['conversationId'])).toEqual(['bob', 'ann']);
    finish();
    expect([(await said).status, (await changed).status]).toEqual([200, 200]);
    expect(asked.map(({ type }) => type)).toEqual([
      'message.received.v1',
      'conversation.change.v1',
      'conversation.change.v1',
    ]);
  });

  it.each<[number, string, string, string, Asking]>([
    [400, 'BadRequest', 'broken JSON', 'conversations/ann/tracker/events', { body: '{"event":' }],
    [400, 'BadRequest', 'no body', 'conversations/ann/tracker/events', { method: 'POST' }],
    [400, 'BadRequest', 'a number as events', 'conversations/ann/tracker/events', { body: '5' }],
    [
      400,
      'BadRequest',
      'a single event as the new events',
      'conversations/ann/tracker/events',
      { method: 'PUT', body: {} },
    ],
    [400, 'BadRequest', 'an unknown include_events', 'conversations/ann/tracker?include_events=SOME', {}],
    [400, 'BadRequest', 'two include_events', 'conversations/ann/tracker?include_events=ALL&include_events=NONE', {}],
    [400, 'BadRequest', 'an invalid time', 'conversations/ann/tracker?until=noon', {}],
    [400, 'BadRequest', 'an invalid flag', 'conversations/ann/story?all_sessions=maybe', {}],
    [400, 'BadRequest', 'an id that is too long', `conversations/${'x'.repeat(129)}/tracker`, {}],
    [400, 'BadRequest', 'a NUL in the id', 'conversations/a%00b/tracker', {}],
    [400, 'BadRequest', 'an action without a name', 'conversations/ann/execute', { body: {} }],
    [400, 'BadRequest', 'an intent without a name', 'conversations/ann/trigger_intent', { body: {} }],
    [400, 'BadRequest', 'invalid entities', 'conversations/ann/trigger_intent', { body: { name: 'a', entities: [5] } }],
    [400, 'BadRequest', 'a message of the bot', 'conversations/ann/messages', { body: { text: 'hi', sender: 'bot' } }],
    [400, 'BadRequest', 'a message without text', 'conversations/ann/messages', { body: { sender: 'user' } }],
    [
      400,
      'BadRequest',
      'an invalid parse result',
      'conversations/ann/messages',
      { body: { text: 'a', sender: 'user', parse_data: { entities: 5 } } },
    ],
    [400, 'BadRequest', 'nothing to parse', 'model/parse', { body: {} }],
    [400, 'BadRequest', 'an emulation mode', 'model/parse?emulation_mode=WIT', { body: { text: 'hi' } }],
    [400, 'BadRequest', 'invalid events for a prediction', 'model/predict', { body: 'null' }],
    [400, 'BadRequest', 'a model server', 'model', { method: 'PUT', body: { model_server: {} } }],
    [400, 'BadRequest', 'a training without data', 'model/train', { method: 'POST' }],
    [400, 'BadRequest', 'an invalid callback URL', 'model/train?callback_url=file:///etc', { body: 'nlu: []' }],
    [400, 'BadRequest', 'a single fold', 'model/test/intents?cross_validation_folds=1', { body: 'nlu: []' }],
    [404, 'NotFound', 'an endpoint that does not exist', 'conversations/ann/nothing', {}],
    [404, 'NotFound', 'a method that does not exist', 'model', { method: 'PATCH', body: {} }],
    [406, 'NotAcceptable', 'a domain in any format', 'domain', { headers: { accept: '*/*' } }],
    [413, 'BadRequest', 'a body of 5 MB', 'conversations/ann/tracker/events', { body: 'x'.repeat(5_000_000) }],
  ])("refuses with %i %s, in Rasa's format: %s", async (code, reason, _, path, asking) => {
    expect(await call(`${url}/${path}`, asking)).toMatchObject(failure(code, reason));
    expect(asked).toEqual([]);
  });

  it.each([
    ['not-found', 404, 'NotFound'],
    ['invalid', 400, 'BadRequest'],
    ['unavailable', 503, 'ConversationError'],
  ])('passes on a refusal of the dialogue service as %s', async (cause, code, reason) => {
    answer = () => ({ kind: 'refused', cause, message: 'There is a reason.' });
    expect(await call(`${of}/trigger_intent`, { body: { name: 'a' } })).toMatchObject(failure(code, reason));
  });

  it('logs an internal failure without showing it, and names the reference of the log entry', async () => {
    answer = () => Promise.reject(new Error('connect db.internal'));
    const response = await call(`${of}/tracker`);
    expect(response).toMatchObject(failure(500, 'ConversationError'));
    expect(response.json['details']).toEqual({ reference: expect.any(String) });
    expect(response.text).not.toContain('db.internal');
  });

  it('returns the domain as JSON or YAML, according to the Accept header', async () => {
    const json = await call(`${url}/domain`);
    expect(json.json).toEqual({ intents: ['greet'] });
    const yaml = await call(`${url}/domain`, { headers: { accept: 'application/yaml' } });
    expect(yaml.headers.get('content-type')).toContain('application/x-yaml');
    expect(parse(yaml.text)).toEqual({ intents: ['greet'] });
  });

  it('returns the status of the served model, and serves another one', async () => {
    const status = { model_file: '/models/nlu.model', model_id: 'abc', num_active_training_jobs: 0 };
    expect((await call(`${url}/status`)).json).toEqual(status);
    expect((await call(`${url}/model/parse`, { body: { text: 'hi' } })).json).toEqual(UNDERSTOOD);
    expect((await call(`${url}/model`, { method: 'PUT', body: { model_file: 'b.model' } })).status).toBe(204);
    expect(asked.at(-1)).toEqual({ type: 'model.replace.v1', data: { file: 'b.model' } });
  });

  it('is out of service with its channels between DELETE /model and PUT /model', async () => {
    expect((await call(`${url}/model`, { method: 'DELETE' })).status).toBe(204);
    expect(await call(`${of}/tracker`)).toMatchObject(failure(409, 'Conflict'));
    expect(await call(`${url}/status`)).toMatchObject(failure(409, 'Conflict'));
    const headers = { 'content-type': 'application/json' };
    const message = { body: { sender: 'ann', message: 'hi' }, headers };
    expect((await call(`${url}/webhooks/rest/webhook`, message)).status).toBe(503);
    await call(`${url}/model`, { method: 'PUT', body: { model_file: 'nlu.model' } });
    expect((await call(`${of}/tracker`)).status).toBe(200);
  });

  it.each(['application/yaml', 'application/json', 'text/plain'])(
    'trains on YAML with the content type %s',
    async (type) => {
      const trained = await call(`${url}/model/train?force_training=true`, {
        body: 'nlu: []',
        headers: { 'content-type': type },
      });
      expect([trained.text, trained.headers.get('filename')]).toEqual(['bytes', 'new.model']);
      expect(asked).toEqual([{ type: 'model.train.v1', data: { yaml: 'nlu: []', isForced: true, isKept: true } }]);
    },
  );

  it('tests intents and stories', async () => {
    await call(`${url}/model/test/intents?cross_validation_folds=3`, { body: 'nlu: []' });
    await call(`${url}/model/test/stories?e2e=true`, { body: 'stories: []' });
    expect(asked.map(({ data }) => data)).toEqual([
      { subject: 'intents', yaml: 'nlu: []', folds: 3 },
      { subject: 'stories', yaml: 'stories: []', isEndToEnd: true },
    ]);
  });

  it('answers 501 when no service trains, and 503 when the bus is unavailable', async () => {
    const lonely = await start({ ENABLE_API: 'true' }, { broker: new InProcessBroker() });
    expect(await call(`${lonely}/model/train`, { body: 'nlu: []' })).toMatchObject(failure(501, 'NotImplemented'));
    expect(await call(`${lonely}/conversations/ann/tracker`)).toMatchObject(failure(503, 'ConversationError'));
  });

  it('refuses requests of foreign web pages', async () => {
    const headers = { origin: 'https://evil.example' };
    expect(await call(`${of}/tracker`, { headers })).toMatchObject(failure(403, 'NotAuthorized'));
    expect((await call(`${of}/tracker`, { headers: { origin: 'http://localhost:3000' } })).status).toBe(200);
    const shared = await start({ ENABLE_API: 'true', CORS_ORIGINS: '*' });
    expect((await call(`${shared}/conversations/ann/tracker`, { headers })).status).toBe(200);
  });

  describe('with a callback', () => {
    let server: Server | undefined;
    afterEach(() => void server?.close());

    it('answers at once, and posts the model after the training', async () => {
      const posted = new Promise<string>((resolve) => {
        server = createServer((request, response) => {
          let body = '';
          request.on('data', (chunk) => (body += String(chunk)));
          request.on('end', () => {
            response.end();
            resolve(`${request.method} ${String(request.headers['filename'])} ${body}`);
          });
        });
      });
      await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
      const { port } = server?.address() as AddressInfo;
      const callback = encodeURIComponent(`http://127.0.0.1:${port}/`);
      expect((await call(`${url}/model/train?callback_url=${callback}`, { body: 'nlu: []' })).status).toBe(204);
      expect(await posted).toBe('POST new.model bytes');
    });
  });
});

it('The HTTP API is absent when it is not enabled; the channels and the chat page are available', async () => {
  const url = await start({});
  for (const path of ['version', 'status', 'domain', 'conversations/ann/tracker'])
    expect((await call(`${url}/${path}`)).status).toBe(404);
  expect((await call(url)).text).toContain('<!doctype html>');
  expect((await call(`${url}/webhooks/rest`)).status).toBe(200);
});
