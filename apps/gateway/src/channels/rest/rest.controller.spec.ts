import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { TurnCompleted, type BotMessage, type Envelope, type UserMessage } from '#contracts';
import { createLogger, projectRoot, startService, type RunningService } from '#service';
import { gatewayService } from '../../gateway.module.js';

// Jest on Node 20 cannot load this package; it only serves the assets of the API's page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

let broker: InProcessBroker;
let gateway: RunningService;
/** A bus that stands in for the services behind the gateway. */
let inner: MessageBus;
let received: UserMessage[];
let answer: (message: UserMessage, cause: Envelope) => Promise<void>;

const answerWith = (messages: BotMessage[]) => async (message: UserMessage, cause: Envelope) => {
  const { conversationId, messageId } = message;
  await inner.publish(TurnCompleted, { conversationId, messageId, turn: 1, messages }, { cause });
};

const start = (on: InProcessBroker): Promise<RunningService> =>
  startService(gatewayService, {
    env: { GATEWAY_PORT: '0', TURN_TIMEOUT_MS: '5000' },
    host: '127.0.0.1',
    broker: on,
    namespace: 'test',
    logger: (service) => createLogger(service, 'silent'),
    projectRoot,
  });

beforeAll(async () => {
  broker = new InProcessBroker();
  inner = createBus({ service: 'inner', broker });
  inner.handle('message.received.v1', async (data, envelope) => {
    received.push(data as UserMessage);
    await answer(data as UserMessage, envelope);
  });
  inner.open();
  gateway = await start(broker);
});
beforeEach(() => {
  received = [];
  answer = answerWith([{ text: 'Hello!' }]);
});
afterAll(async () => {
  await gateway.close();
  await inner.close();
});

const webhook = (at = gateway): string => `${at.url}/webhooks/rest/webhook`;
const post = (body: string, type = 'application/json', query = '', at = gateway) =>
  fetch(webhook(at) + query, { method: 'POST', body, headers: { 'content-type': type } });
const say = (body: unknown, at = gateway) => post(JSON.stringify(body), 'application/json', '', at);

async function expectProblem(response: Response, status: number): Promise<Record<string, unknown>> {
  const problem = (await response.json()) as Record<string, unknown>;
  expect({ status: response.status, ...problem }).toMatchObject({
    status,
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(JSON.stringify(problem)).not.toMatch(/node_modules|at .*\.[jt]s:\d/);
  return problem;
}

/** Sends a request exactly as written, including one that fetch would not send. */
const raw = (method: string, body: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(webhook(), { method, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject);
    request.end(body);
  });

describe('The REST channel', () => {
  it('answers a health check', async () => {
    const response = await fetch(`${gateway.url}/webhooks/rest/`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('answers a message with the assistant’s messages, in order', async () => {
    answer = answerWith([{ text: 'Hello!\n\nHow can I help?' }, { custom: { a: 1 } }]);
    const response = await say({ sender: 'ann', message: '  hi  ' });
    expect([response.status, await response.json()]).toEqual([
      200,
      [
        { recipient_id: 'ann', text: 'Hello!' },
        { recipient_id: 'ann', text: 'How can I help?' },
        { recipient_id: 'ann', custom: { a: 1 } },
      ],
    ]);
    expect(received).toMatchObject([
      { conversationId: 'ann', text: 'hi', channel: { input: 'rest', output: 'collector' } },
    ]);
  });

  it('answers with an empty list when the assistant says nothing', async () => {
    answer = answerWith([]);
    expect(await (await say({ sender: 'ann', message: 'hi' })).json()).toEqual([]);
  });

  it('passes on the channel, the metadata and the message id that the caller names', async () => {
    const metadata = { page: { path: '/orders' } };
    await say({ sender: 'ann', message: 'hi', input_channel: 'kiosk', metadata, message_id: 'm-1' });
    expect(received).toMatchObject([{ messageId: 'm-1', metadata, channel: { input: 'kiosk' } }]);
  });

  it('streams one object per line on request', async () => {
    answer = answerWith([{ text: 'one' }, { text: 'two' }]);
    const response = await post('{"sender":"ann","message":"hi"}', 'application/json', '?stream=true');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { recipient_id: 'ann', text: 'one' },
      { recipient_id: 'ann', text: 'two' },
    ]);
    expect(received).toMatchObject([{ channel: { output: 'queue' } }]);
  });

  const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
  const bad: [what: string, body: string, type?: string][] = [
    ['an empty body', ''],
    ['an empty object', '{}'],
    ['no message', '{"sender":"ann"}'],
    ['an empty message', '{"sender":"ann","message":""}'],
    ['a blank message', '{"sender":"ann","message":" \\n "}'],
    ['a message that is too long', JSON.stringify({ sender: 'ann', message: 'x'.repeat(8_001) })],
    ['a number as message', '{"sender":"ann","message":5}'],
    ['null as message', '{"sender":"ann","message":null}'],
    ['a list as message', '{"sender":"ann","message":["hi"]}'],
    ['an object as message', '{"sender":"ann","message":{"trim":1}}'],
    ['no sender', '{"message":"hi"}'],
    ['an empty sender', '{"sender":"","message":"hi"}'],
    ['a number as sender', '{"sender":1,"message":"hi"}'],
    ['a sender that is too long', JSON.stringify({ sender: 'x'.repeat(129), message: 'hi' })],
    ['a NUL in the message', '{"sender":"ann","message":"a\\u0000b"}'],
    ['a NUL in the sender', '{"sender":"a\\u0000b","message":"hi"}'],
    ['half of a surrogate pair in the message', '{"sender":"ann","message":"a\\ud800b"}'],
    ['half of a surrogate pair in the sender', '{"sender":"a\\udfffb","message":"hi"}'],
    ['metadata that is not an object', '{"sender":"ann","message":"hi","metadata":"x"}'],
    ['metadata nested 100 levels deep', `{"sender":"ann","message":"hi","metadata":${nested(100)}}`],
    ['metadata nested 10000 levels deep', `{"sender":"ann","message":"hi","metadata":${nested(10_000)}}`],
    ['an unknown field nested 10000 levels deep', `{"sender":"ann","message":"hi","x":${nested(10_000)}}`],
    ['lists nested 30000 levels deep', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['a NUL in a key of the metadata', '{"sender":"ann","message":"hi","metadata":{"a\\u0000":1}}'],
    [
      'a name of the channel that is too long',
      JSON.stringify({ sender: 'ann', message: 'hi', input_channel: 'x'.repeat(65) }),
    ],
    ['a message id that is too long', JSON.stringify({ sender: 'ann', message: 'hi', message_id: 'x'.repeat(129) })],
    ['an unknown field', '{"sender":"ann","message":"hi","admin":true}'],
    ['a field that would change the prototype', '{"sender":"ann","message":"hi","__proto__":{"admin":true}}'],
    [
      'a constructor that would change the prototype',
      '{"sender":"ann","message":"hi","constructor":{"prototype":{"x":1}}}',
    ],
    ['metadata that would change the prototype', '{"sender":"ann","message":"hi","metadata":{"__proto__":{"x":1}}}'],
    ['broken JSON', '{"sender":"ann","message":'],
    ['an empty list', '[]'],
    ['a list of messages', '[{"sender":"ann","message":"hi"}]'],
    ['null', 'null'],
    ['a bare string', '"hi"'],
    ['a bare number', '5'],
  ];
  it.each(bad)('refuses %s with a problem document that names the error', async (_, body) => {
    const problem = await expectProblem(await post(body), 400);
    expect(problem['detail']).not.toBe('');
    expect(received).toEqual([]);
  });

  it('names every invalid field', async () => {
    const problem = await expectProblem(await say({ sender: 5, message: '' }), 400);
    expect(problem['errors']).toEqual(['sender must be a string', 'message must not be empty']);
  });

  it('refuses a body of 100 KB', async () => {
    await expectProblem(await say({ sender: 'ann', message: 'x'.repeat(100_000) }), 413);
    expect(received).toEqual([]);
  });

  it.each([
    ['text/plain', 400],
    ['application/xml', 415],
    ['multipart/form-data; boundary=x', 415],
  ])('refuses a body of type %s', async (type, status) => {
    await expectProblem(await post('{"sender":"ann","message":"hi"}', type), status);
    expect(received).toEqual([]);
  });

  it('refuses a form as the body', async () => {
    const response = await post('sender=5&message=hi&x=1', 'application/x-www-form-urlencoded');
    expect([400, 415]).toContain(response.status);
    expect(received).toEqual([]);
  });

  it('refuses invalid UTF-8 or reads it as replacement characters, and never fails', async () => {
    const body = Buffer.concat([
      Buffer.from('{"sender":"ann","message":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    const response = await fetch(webhook(), { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect(response.status).toBeLessThan(500);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('does not support the method %s at the webhook', async (method) => {
    const response = await fetch(webhook(), { method });
    expect([404, 405]).toContain(response.status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(received).toEqual([]);
  });

  it('refuses a body whose content-length is far too large', async () => {
    const body = JSON.stringify({ sender: 'ann', message: 'x'.repeat(70_000) });
    expect(await raw('POST', body, { 'content-type': 'application/json' })).toBe(413);
    expect(received).toEqual([]);
  });

  it('answers 503 with a time to retry while the bus is unavailable', async () => {
    const lonely = await start(new InProcessBroker());
    const response = await say({ sender: 'ann', message: 'hi', message_id: 'm-1' }, lonely);
    expect(await expectProblem(response, 503)).toMatchObject({ message_id: 'm-1' });
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    await lonely.close();
  });

  it('answers 504 when the assistant does not answer in time, and answers when the message is sent again', async () => {
    answer = async () => undefined;
    const first = await say({ sender: 'ann', message: 'hi', message_id: 'm-1' });
    expect(await expectProblem(first, 504)).toMatchObject({ message_id: 'm-1' });
    answer = answerWith([{ text: 'Hello!' }]);
    const again = await say({ sender: 'ann', message: 'hi', message_id: 'm-1' });
    expect(await again.json()).toEqual([{ recipient_id: 'ann', text: 'Hello!' }]);
  });

  it('finishes the calls in progress before it closes', async () => {
    let finish: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = async (message, cause) => {
        resolve();
        await new Promise<void>((go) => (finish = go));
        await answerWith([{ text: 'Done.' }])(message, cause);
      };
    });
    const closing = await start(broker);
    const response = say({ sender: 'ann', message: 'hi' }, closing);
    await asked;
    const closed = closing.close();
    finish();
    expect(await (await response).json()).toEqual([{ recipient_id: 'ann', text: 'Done.' }]);
    await closed;
  });
});
