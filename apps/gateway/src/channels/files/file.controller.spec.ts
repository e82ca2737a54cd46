import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { type DataOf, type FileKeep, type ReplyOf } from '#contracts';
import { createLogger, projectRoot, startService, type RunningService } from '#service';
import { gatewayService } from '../../gateway.module.js';

// Jest on Node 20 cannot load this package; it only serves the assets of the API's page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

const LIMIT = 100_000;
const PORTAL = 'https://portal.example';

let gateway: RunningService;
/** Stands for the incident service. */
let inner: MessageBus;
let kept: DataOf<typeof FileKeep>[];
let answer: ReplyOf<typeof FileKeep>;
let conversations = 0;

const start = (on: InProcessBroker): Promise<RunningService> =>
  startService(gatewayService, {
    env: { GATEWAY_PORT: '0', TURN_TIMEOUT_MS: '30000', MAX_FILE_BYTES: String(LIMIT), CORS_ORIGINS: PORTAL },
    host: '127.0.0.1',
    broker: on,
    namespace: 'test',
    logger: (service) => createLogger(service, 'silent'),
    projectRoot,
  });

beforeAll(async () => {
  const broker = new InProcessBroker();
  inner = createBus({ service: 'inner', broker });
  inner.handle('file.keep.v1', async (data) => {
    kept.push(data as DataOf<typeof FileKeep>);
    return answer;
  });
  inner.open();
  gateway = await start(broker);
});
beforeEach(() => {
  kept = [];
  answer = { kind: 'kept' };
});
afterAll(async () => {
  await gateway.close();
  await inner.close();
});

const newConversation = (): string => `conversation ${conversations++}`;
const urlOf = (conversation: string, at = gateway): string =>
  `${at.url}/webhooks/files/${encodeURIComponent(conversation)}`;

interface Sending {
  conversation?: string;
  type?: string;
  name?: string | null;
  at?: RunningService;
}

const send = (
  content: string | Buffer | ReadableStream,
  { conversation = newConversation(), type = 'image/png', name = 'shot.png', at = gateway }: Sending = {},
): Promise<Response> =>
  fetch(urlOf(conversation, at), {
    method: 'POST',
    body: content,
    headers: { 'content-type': type, ...(name !== null && { 'x-file-name': name }) },
    ...(content instanceof ReadableStream && { duplex: 'half' }),
  });

async function expectProblem(response: Response, status: number): Promise<string> {
  const problem = (await response.json()) as Record<string, unknown>;
  expect({ status: response.status, ...problem }).toMatchObject({ status, title: expect.any(String) });
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return String(problem['detail']);
}

describe('A file of a conversation', () => {
  it('is stored with its bytes, its name and its type, under a new id', async () => {
    const content = Buffer.from([0, 255, 10, 13, 128]);
    const response = await send(content, { conversation: 'ann/1 ü', name: '..%2Fmy%20shot.png', type: 'Image/PNG' });
    const { file_id } = (await response.json()) as { file_id: string };
    expect(response.status).toBe(201);
    expect(file_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(kept).toEqual([
      {
        fileId: file_id,
        conversationId: 'ann/1 ü',
        name: 'my shot.png',
        mediaType: 'image/png',
        content: content.toString('base64'),
      },
    ]);
  });

  it.each([
    ['application/json', '{"__proto__":1, broken'],
    ['text/plain; charset=latin1', 'a\r\nb'],
    ['application/x-www-form-urlencoded', 'a=1'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('is not parsed when its type is %s', async (type, content) => {
    expect((await send(content, { type })).status).toBe(201);
    expect(Buffer.from(kept[0]?.content ?? '', 'base64').toString()).toBe(content);
    expect(kept[0]?.mediaType).toBe(type.split(';')[0]);
  });

  it('may be as large as the limit', async () => {
    expect((await send(Buffer.alloc(LIMIT, 7))).status).toBe(201);
    expect(kept[0]?.content).toBe(Buffer.alloc(LIMIT, 7).toString('base64'));
  });

  it('is refused with the limit when its content-length is larger', async () => {
    const detail = await expectProblem(await send(Buffer.alloc(LIMIT + 1)), 413);
    expect(detail).toContain('up to 0.1 MB');
    expect(kept).toEqual([]);
  });

  it('is refused when its body turns out to be larger', async () => {
    const endless = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 40; i++) controller.enqueue(Buffer.alloc(LIMIT / 10));
        controller.close();
      },
    });
    await expectProblem(await send(endless), 413);
    expect(kept).toEqual([]);
  });

  it('is not stored when its body ends too early', async () => {
    const request = httpRequest(urlOf(newConversation()), {
      method: 'POST',
      headers: { 'content-type': 'image/png', 'x-file-name': 'a.png', 'content-length': '1000' },
    });
    const closed = new Promise((resolve) => request.on('error', resolve));
    request.write('half', () => request.destroy(new Error('gone')));
    await closed;
    expect((await send('whole')).status).toBe(201);
    expect(kept).toHaveLength(1);
  });

  it.each<[string, string, number, Sending]>([
    ['is empty', '', 422, {}],
    ['has no name', 'x', 422, { name: null }],
    ['has a name that is not percent-encoded', 'x', 422, { name: '%E0%A4%A' }],
    ['has an invalid type', 'x', 415, { type: 'picture' }],
    ['is for a conversation without an id', 'x', 400, { conversation: ' ' }],
    ['is for a conversation whose id is too long', 'x', 400, { conversation: 'x'.repeat(129) }],
    ['is for a conversation whose id has control characters', 'x', 400, { conversation: 'a\u0000b' }],
  ])('is refused when it %s', async (_, content, status, options) => {
    await expectProblem(await send(content, options), status);
    expect(kept).toEqual([]);
  });

  it.each([
    ['type-not-allowed', 415, /a picture, a PDF/],
    ['too-large', 413, /smaller/],
    ['unsupported', 422, /in words/],
  ] as const)('is refused with advice when the incident service refuses it as %s', async (reason, status, advice) => {
    answer = { kind: 'refused', reason };
    expect(await expectProblem(await send('x'), status)).toMatch(advice);
  });

  it('is refused when the conversation has already sent ten', async () => {
    const conversation = newConversation();
    for (let i = 0; i < 10; i++) expect((await send('x', { conversation })).status).toBe(201);
    const response = await send('x', { conversation });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await expectProblem(response, 429)).toContain('Wait 10 min');
    expect((await send('x')).status).toBe(201);
  });

  it('is refused while the incident service is unavailable', async () => {
    const lonely = await start(new InProcessBroker());
    const response = await send('x', { at: lonely });
    expect(response.headers.get('retry-after')).toBe('60');
    expect(await expectProblem(response, 503)).toContain('in a minute');
    await lonely.close();
  });

  it('may come from a page in CORS_ORIGINS', async () => {
    const response = await fetch(urlOf('ann'), {
      method: 'OPTIONS',
      headers: {
        origin: PORTAL,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-file-name',
      },
    });
    expect(response.headers.get('access-control-allow-origin')).toBe(PORTAL);
    expect(response.headers.get('access-control-allow-headers')).toContain('x-file-name');
  });

  it('does not change the other routes', async () => {
    const say = (type: string): Promise<Response> =>
      fetch(`${gateway.url}/webhooks/rest/webhook`, { method: 'POST', body: '{}', headers: { 'content-type': type } });
    await expectProblem(await say('image/png'), 415);
    await expectProblem(await say('application/vnd.helpdesk.unread'), 415);
    await expectProblem(await say('application/json'), 400);
  });
});
