import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { MessageReceived, type DataOf, type MessageUnderstood } from '#contracts';
import { createLogger, startService, type RunningService } from '#service';
import { waitUntil } from '#testing';
import { trainOn } from './serve-model/one-intent.fixture.js';
import { nluService } from './nlu.module.js';

// Jest on Node 20 cannot load this package; it only serves the assets of the API's page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

let folder: string;
let service: RunningService;
let asker: MessageBus;
const understood: DataOf<typeof MessageUnderstood>[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nlu-service-'));
  const models = join(folder, 'models');
  await mkdir(models);
  const first = await trainOn('first');
  await writeFile(join(models, 'nlu.model'), first);
  await writeFile(join(models, 'other.model'), await trainOn('second'));
  await writeFile(join(models, 'bad.model'), first.subarray(0, 300));
  await writeFile(join(folder, 'outside.model'), first);
  await symlink(join(folder, 'outside.model'), join(models, 'link.model'));
  const broker = new InProcessBroker();
  asker = createBus({ service: 'asker', broker });
  asker.handle('message.understood.v1', async (data) => understood.push(data as DataOf<typeof MessageUnderstood>));
  asker.open();
  service = await startService(nluService, {
    env: { NLU_PORT: '0', ASSISTANT: folder, NLU_WORKERS: '0' },
    host: '127.0.0.1',
    broker,
    namespace: 'test',
    logger: (name) => createLogger(name, 'silent'),
    projectRoot: '/',
  });
});
afterAll(async () => {
  await service.close();
  await asker.close();
  await rm(folder, { recursive: true });
});

const send = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(service.url + path, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });

describe('The NLU service', () => {
  it('parses a text into Rasa’s format', async () => {
    const response = await send('POST', '/model/parse', { text: 'my printer is broken', message_id: 'm-1' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      text: 'my printer is broken',
      intent: { name: 'first', confidence: expect.any(Number) },
      entities: [],
      intent_ranking: [{ name: 'first' }],
      text_tokens: [
        [0, 2],
        [3, 10],
        [11, 13],
        [14, 20],
      ],
    });
  });

  it.each([
    ['/model/parse', {}],
    ['/model/parse', { text: '' }],
    ['/model/parse', { text: 7 }],
    ['/model/parse', { text: 'a'.repeat(8_001) }],
    ['/model/parse/batch', { texts: 'a' }],
    ['/model/parse/batch', { texts: [7] }],
    ['/model/parse/batch', { texts: Array(1_001).fill('a') }],
    ['/model/parse/batch', { texts: ['a'.repeat(8_001)] }],
  ])('refuses an invalid body at %s, case %#', async (path, body) => {
    expect((await send('POST', path, body)).status).toBe(400);
  });

  it('refuses a batch whose body is too large', async () => {
    expect((await send('POST', '/model/parse/batch', { texts: Array(20).fill('a'.repeat(5_000)) })).status).toBe(413);
  });

  it('parses many texts in their order', async () => {
    const texts = Array.from({ length: 1_000 }, (_, at) => `my printer ${at}`);
    const response = await send('POST', '/model/parse/batch', { texts });
    const results = (await response.json()) as { text: string }[];
    expect(results.map(({ text }) => text)).toEqual(texts);
    expect(await (await send('POST', '/model/parse/batch', { texts: [] })).json()).toEqual([]);
  });

  it('publishes the parse result of a received message', async () => {
    const message = {
      messageId: 'm-2',
      conversationId: 'c',
      text: 'the screen is dark',
      channel: { input: 'rest', output: 'collector' },
      sentAt: '2026-01-05T09:00:00.000Z',
    };
    await asker.publish(MessageReceived, message, { conversationId: 'c' });
    const [answer] = await waitUntil('the message is understood', () => understood.length > 0 && understood);
    expect(answer).toMatchObject({ message, understanding: { text: message.text, intent: { name: 'first' } } });
  });

  it('describes the model', async () => {
    expect(await (await send('GET', '/model')).json()).toEqual({
      model_file: join(folder, 'models', 'nlu.model'),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      size_in_bytes: expect.any(Number),
      loaded_at: expect.stringMatching(/Z$/),
      languages: ['en'],
      intents: ['first'],
      entities: [],
      examples: 3,
      pipeline: expect.arrayContaining(['WhitespaceTokenizer']),
      notices: expect.any(Array),
    });
  });

  it.each(['bad.model', 'none.model', '../outside.model', 'link.model', '/etc/passwd', '.', ''])(
    'refuses to serve the model %j and keeps the old one',
    async (model_file) => {
      const response = await send('PUT', '/model', { model_file });
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(await (await send('POST', '/model/parse', { text: 'printer' })).json()).toMatchObject({
        intent: { name: 'first' },
      });
    },
  );

  it('reports the refused model', async () => {
    await send('PUT', '/model', { model_file: 'bad.model' });
    expect(await (await send('GET', '/model')).json()).toMatchObject({
      refused: { file: join(folder, 'models', 'bad.model'), reason: expect.stringMatching(/damaged or cut off/) },
    });
  });

  it('serves another model on request', async () => {
    expect((await send('PUT', '/model', { model_file: 'other.model' })).status).toBe(204);
    const { intent } = (await (await send('POST', '/model/parse', { text: 'printer' })).json()) as {
      intent: { name: string };
    };
    expect(intent.name).toBe('second');
    const about = (await (await send('GET', '/model')).json()) as Record<string, unknown>;
    expect(about['model_file']).toBe(join(folder, 'models', 'other.model'));
    expect(about).not.toHaveProperty('refused');
    await rename(join(folder, 'outside.model'), join(folder, 'models', 'third.model'));
    expect((await send('PUT', '/model', { model_file: join(folder, 'models', 'third.model') })).status).toBe(204);
  });

  it('documents its interface', async () => {
    const document = (await (await send('GET', '/docs-json')).json()) as { paths: Record<string, object> };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/model', '/model/parse', '/model/parse/batch']),
    );
    expect(Object.keys(document.paths['/model'] ?? {})).toEqual(['get', 'put']);
  });
});
