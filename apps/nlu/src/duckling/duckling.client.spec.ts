import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { type DucklingServer } from '#nlu-engine';
import { type Logger } from '#service';
import { freePort } from '#testing';
import { DucklingClient } from './duckling.client.js';

const TEXT = '🙂 call at 9';
const FOUND = [
  { body: 'at 9', start: 7, end: 11, dim: 'time', latent: false, value: { value: 'nine', type: 'value' } },
];

let server: Server | undefined;
let asked = 0;
let logged: string[];
let client: DucklingClient;

beforeEach(() => {
  asked = 0;
  logged = [];
  const log = (level: string) => (about: object, message: string) =>
    logged.push(`${level} ${message} ${JSON.stringify(about)}`);
  client = new DucklingClient(new HttpService(axios.create()), {
    info: log('info'),
    warn: log('warn'),
  } as unknown as Logger);
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

type Answers = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Starts a server that gives these answers. */
async function serverThat(answers: Answers): Promise<DucklingServer> {
  server = createServer((request, response) => {
    asked++;
    answers(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, locale: 'en_GB', timeout: 30 };
}

async function formOf(request: IncomingMessage): Promise<Record<string, string>> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return Object.fromEntries(new URLSearchParams(body));
}

describe('A Duckling server', () => {
  it('gets requests in its own format, and its results become entities', async () => {
    const requests: unknown[] = [];
    const at = await serverThat(async (request, response) => {
      const form = await formOf(request);
      requests.push(request.method, request.url, request.headers['content-type'], form);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(FOUND));
    });
    const now = new Date('2026-03-11T10:30:00Z');
    const entities = await client.recognize(
      TEXT,
      { ...at, timezone: 'UTC', dimensions: ['time', 'number'] },
      { now, timezone: 'Europe/Berlin' },
    );
    expect(entities).toMatchObject([{ entity: 'time', value: 'nine', start: 8, end: 12, text: 'at 9' }]);
    expect(requests).toEqual([
      'POST',
      '/parse',
      expect.stringMatching(/^application\/x-www-form-urlencoded/),
      {
        text: TEXT,
        locale: 'en_GB',
        tz: 'Europe/Berlin',
        dims: '["time","number"]',
        reftime: String(now.getTime()),
      },
    ]);
    expect(logged).toEqual([]);
  });

  it('that finds nothing gives an empty list', async () => {
    const at = await serverThat((_, response) => response.end('[]'));
    expect(await client.recognize(TEXT, at)).toEqual([]);
  });

  it.each<[string, Answers, RegExp]>([
    ['never answers', () => undefined, /in time/],
    ['begins to answer and never ends', (_, response) => response.writeHead(200).write('['), /in time/],
    ['answers 500', (_, response) => response.writeHead(500).end('[]'), /status 500/],
    ['redirects', (_, response) => response.writeHead(302, { location: '/' }).end(), /status 302/],
    ['answers with invalid JSON', (_, response) => response.end('<html>'), /format of a Duckling server/],
    [
      'answers about another text',
      (_, response) => response.end(JSON.stringify([{ ...FOUND[0], body: 'no' }])),
      /format of a Duckling server/,
    ],
    ['answers a megabyte', (_, response) => response.end(`[${' '.repeat(2 ** 20)}]`), /ERR_|maxContentLength|exceeded/],
    ['hangs up', (request) => request.socket.destroy(), /ECONNRESET/],
  ])('that %s is replaced by the local recognizers, and the log gives the reason', async (_what, answers, reason) => {
    const at = await serverThat(answers);
    const timeout = reason.source === 'in time' ? 0.15 : at.timeout;
    expect(await client.recognize(TEXT, { ...at, timeout })).toBeUndefined();
    expect(logged).toEqual([expect.stringMatching(/^warn The Duckling server does not answer properly/)]);
    expect(logged[0]).toMatch(reason);
    expect(logged[0]).not.toContain('call at 9');
  });

  it('that is unreachable is replaced by the local recognizers', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await client.recognize(TEXT, { url, locale: 'en_GB', timeout: 30 })).toBeUndefined();
    expect(logged).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });

  it('gets no requests after three failures, and the log says so once', async () => {
    const at = await serverThat((_, response) => response.writeHead(503).end());
    for (let message = 0; message < 6; message++) expect(await client.recognize(TEXT, at)).toBeUndefined();
    expect(asked).toBe(3);
    expect(logged).toHaveLength(1);
  });

  it('that answers again is logged once', async () => {
    let isUp = false;
    const at = await serverThat((_, response) => response.writeHead(isUp ? 200 : 503).end('[]'));
    await client.recognize(TEXT, at);
    isUp = true;
    expect(await client.recognize(TEXT, at)).toEqual([]);
    expect(await client.recognize(TEXT, at)).toEqual([]);
    expect(logged).toEqual([expect.stringMatching(/^warn/), expect.stringMatching(/^info .*answers again/)]);
  });
});
