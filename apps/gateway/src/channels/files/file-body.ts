import { finished, type Readable } from 'node:stream';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { Problem } from '#service';

const ROUTE = /^\/webhooks\/files\//;
/** The internal content type of file bodies, which keeps the parsers for JSON and text away from them. */
const UNREAD = 'application/vnd.helpdesk.unread';
const READ_WITHIN_MS = 60_000;

/**
 * Lets the route for files read bodies of any type itself. Its body is the stream of bytes, and its header
 * `x-file-type` is the type that the client sent. Other routes are not affected. A body that takes longer than a minute
 * is cut off.
 */
export function prepareFileBodies(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(UNREAD, (request, body, done) => {
    if (!isFile(request)) return done(new Problem(415, { detail: `Bodies of type ${UNREAD} are not supported here.` }));
    const cut = setTimeout(() => body.destroy(), READ_WITHIN_MS).unref();
    finished(body, () => clearTimeout(cut));
    done(null, body);
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request;
    if (isFile(request)) {
      headers['x-file-type'] = headers['content-type'] ?? '';
      headers['content-type'] = UNREAD;
    }
    done();
  });
}

/**
 * Reads a body of at most `limit` bytes.
 * @returns undefined when the body is larger. The rest is then read and discarded, so that the client receives the
 *   answer
 * @throws Problem when the body ends too early
 */
export function readBody(body: Readable, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else resolve(undefined);
    });
    finished(body, (error) => {
      if (error) reject(new Problem(400, { detail: 'The file did not arrive completely. Send it again.' }));
      else resolve(Buffer.concat(chunks));
    });
  });
}

const isFile = ({ routeOptions }: FastifyRequest): boolean => ROUTE.test(routeOptions.url ?? '');
