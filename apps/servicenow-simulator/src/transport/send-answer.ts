import { type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Delivery } from '../faults/fault-effects.js';
import { type Answer } from '../exchange/exchange.js';

const compress = promisify(gzip);
/** Shorter bodies gain nothing. */
const WORTH_COMPRESSING = 1_024;
const DRIPS_A_SECOND = 20;

/** What every answer of the platform carries. */
export const standardHeaders = (now: number): Answer['headers'] => ({
  Server: 'snow_adc',
  Date: new Date(now).toUTCString(),
  'Cache-Control': 'no-cache,no-store,must-revalidate,max-age=-1',
  Pragma: 'no-store,no-cache',
  Expires: '0',
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'Server-Timing': 'wall;dur=1, sem_wait;dur=0',
});

/** Sends an answer, or fails to, as arranged. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  delivery: Delivery,
  acceptsGzip: boolean,
): Promise<void> {
  if (delivery.kind === 'silence' || response.destroyed) return;
  if (delivery.kind === 'reset') return resetConnection(response);
  const { status, headers } = answer;
  let body = answer.body ?? Buffer.alloc(0);
  const sent: Answer['headers'] = { ...headers };
  if (acceptsGzip && body.length >= WORTH_COMPRESSING && !('Content-Encoding' in headers)) {
    body = Buffer.from(await compress(body, { level: 1 }));
    sent['Content-Encoding'] = 'gzip';
  }
  if (status !== 204) sent['Content-Length'] = String(body.length);
  response.writeHead(status, sent);
  if (delivery.kind === 'usual' || response.req.method === 'HEAD') return void response.end(body);
  if (delivery.kind === 'reset-midbody') {
    const half = body.subarray(0, Math.floor(body.length / 2));
    return void response.write(half, () => resetConnection(response));
  }
  await drip(response, body, delivery.rate);
}

async function drip(response: ServerResponse, body: Buffer, rate: number): Promise<void> {
  const size = Math.max(1, Math.floor(rate / DRIPS_A_SECOND));
  for (let at = 0; at < body.length && !response.destroyed; at += size) {
    response.write(body.subarray(at, at + size));
    await delay((size / rate) * 1_000, undefined, { ref: false });
  }
  response.end();
}

/** Ends the connection so that the client sees a reset instead of an end. */
function resetConnection({ socket }: ServerResponse): void {
  try {
    socket?.resetAndDestroy();
  } catch {
    // TLS has no reset of its own; a connection that ends in the middle is as broken for the client.
    socket?.destroy();
  }
}
