import { type IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { type Exchange, noSpells } from '../exchange/exchange.js';

/** `glide.rest.max_content_length` and, for attachments, what a simulator bears. */
const LARGEST_BODY = 10 * 1024 * 1024;
const LARGEST_FILE = 64 * 1024 * 1024;

/** A body that the instance does not take. */
export class BodyTooLarge extends Error {
  constructor(readonly size: number) {
    super(`Rejected large REST payload with content-length = ${size} bytes. Max allowed: ${LARGEST_BODY} bytes.`);
  }
}

/** Reads a request with its body; `null` when the client went away before it was sent. */
export async function readExchange(request: IncomingMessage, now: number): Promise<Exchange | null> {
  const url = request.url ?? '/';
  const cut = url.indexOf('?');
  const path = decoded(cut < 0 ? url : url.slice(0, cut));
  const scheme = request.socket instanceof TLSSocket ? 'https' : 'http';
  const override = request.headers['x-http-method-override'];
  const exchange: Exchange = {
    method: (typeof override === 'string' ? override : (request.method ?? 'GET')).toUpperCase(),
    path,
    url,
    query: new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1)),
    headers: request.headers,
    body: Buffer.alloc(0),
    origin: `${scheme}://${request.headers.host ?? 'localhost'}`,
    now,
    spells: noSpells(),
    decisions: [],
  };
  const body = await readBody(request, path.includes('/attachment/') ? LARGEST_FILE : LARGEST_BODY);
  return body && { ...exchange, body };
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      // The rest is read all the same: an answer to somebody who is still sending may not arrive.
      if (size <= limit) chunks.push(chunk);
    }
  } catch {
    return null;
  }
  if (size > limit) throw new BodyTooLarge(size);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
