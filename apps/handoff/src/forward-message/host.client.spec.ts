import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { freePort } from '#testing';
import { type HandoffSettings } from '../settings/handoff.settings.js';
import { HostClient, HostError } from './host.client.js';

const clientWith = (HOST_TIMEOUT_MS: number): HostClient =>
  new HostClient(new HttpService(axios.create()), { HOST_TIMEOUT_MS } as HandoffSettings);
const client = clientWith(30_000);
const impatient = clientWith(150);

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Starts a host that gives these answers, and returns its address. */
async function hostThat(answers: RequestListener): Promise<string> {
  server = createServer(answers).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

const failureOf = async (url: string, asker = client): Promise<string> => {
  const error: unknown = await asker.say(url, 'ann', 'hi', 'm-1').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HostError);
  const { message } = error as HostError;
  expect(message).not.toBe('');
  return message;
};

describe('A host', () => {
  it('gets messages at its REST webhook and returns its answers', async () => {
    const asked: unknown[] = [];
    const url = await hostThat((request, response) => {
      void bodyOf(request).then((body) => {
        asked.push(request.method, request.url, body);
        response.setHeader('content-type', 'application/json').end('[{"recipient_id":"ann","text":"Hello"}]');
      });
    });
    expect(await client.say(`${url}/`, 'ann', 'hi', 'm-1')).toEqual([{ text: 'Hello' }]);
    const body = { sender: 'ann', message: 'hi', message_id: 'm-1' };
    expect(asked).toEqual(['POST', '/webhooks/rest/webhook', expect.objectContaining(body)]);
  });

  it('that answers with status 500 fails', async () => {
    const url = await hostThat((_, response) => response.writeHead(500).end('stack of the host'));
    expect(await failureOf(url)).toBe('it answered with status 500');
  });

  it.each(['<html><body>Welcome</body></html>', '', 'null', '{"text":"Hi"}', '["Hi"]', '[{"text":'])(
    'that answers %j fails',
    async (body) => {
      const url = await hostThat((_, response) => response.setHeader('content-type', 'application/json').end(body));
      expect(await failureOf(url)).toBe('it did not answer with a list of messages');
    },
  );

  it('that never answers fails after the time limit', async () => {
    expect(await failureOf(await hostThat(() => undefined), impatient)).toBe('it did not answer in time');
  });

  it('that starts to answer and never finishes fails after the time limit', async () => {
    const url = await hostThat((_, response) => response.writeHead(200).write('[{"text":"'));
    expect(await failureOf(url, impatient)).toBe('it did not answer in time');
  });

  it('that answers two megabytes fails', async () => {
    const url = await hostThat((_, response) => response.end(JSON.stringify([{ text: 'x'.repeat(2 * 1024 * 1024) }])));
    await failureOf(url);
  });

  it('that redirects fails, and the redirect is not followed', async () => {
    let isFollowed = false;
    const url = await hostThat((request, response) => {
      isFollowed ||= request.url === '/elsewhere';
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await failureOf(url)).toBe('it answered with status 307');
    expect(isFollowed).toBe(false);
  });

  it('that closes the connection fails', async () => {
    await failureOf(await hostThat((request) => request.socket.destroy()));
  });

  it('that cannot be reached fails', async () => {
    expect(await failureOf(`http://127.0.0.1:${await freePort()}`)).toBe('ECONNREFUSED');
  });
});
