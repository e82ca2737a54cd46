import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { rawAnswers } from './raw-answers.js';

const MAX_BYTES = 1_000;

describe('An answer of another system', () => {
  let server: Server;
  let url: string;
  let asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end('moved');
      else if (request.url === '/broken') response.writeHead(500).end('{"error":');
      else if (request.url === '/exact') response.end('x'.repeat(MAX_BYTES));
      else if (request.url === '/large') response.end('x'.repeat(MAX_BYTES + 1));
      else if (request.url === '/bomb')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)));
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"number":12345678901234567890}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    asked = [];
    delete process.env['http_proxy'];
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const get = (path: string) => axios.get<string>(url + path, rawAnswers(MAX_BYTES));

  it('is its unparsed text', async () => {
    expect((await get('/json')).data).toBe('{"number":12345678901234567890}');
  });

  it('is returned with any status', async () => {
    expect(await get('/broken')).toMatchObject({ status: 500, data: '{"error":' });
  });

  it('that redirects is not followed', async () => {
    expect(await get('/moved')).toMatchObject({ status: 302, data: 'moved' });
    expect(asked).toEqual(['/moved']);
  });

  it('may not exceed the configured size, even when compressed', async () => {
    expect((await get('/exact')).data).toHaveLength(MAX_BYTES);
    await expect(get('/large')).rejects.toThrow(/maxContentLength/);
    await expect(get('/bomb')).rejects.toThrow(/maxContentLength/);
  });

  it('comes from the named server, not from a proxy in the environment', async () => {
    process.env['http_proxy'] = 'http://127.0.0.1:1';
    expect((await get('/json')).status).toBe(200);
  });
});
