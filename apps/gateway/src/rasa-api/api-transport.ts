import { type FastifyInstance } from 'fastify';
import { rasaError } from './rasa-error.js';

/** Maximum size of a body, in bytes. Events and training data are longer than messages of people. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

const YAML = 'application/x-yaml';
const IS_API = /^\/(?:conversations\/|model(?:\/|$)|(?:domain|status|version)$)/;

/**
 * Prepares the API's paths: allows larger bodies, reads bodies as JSON or YAML regardless of their content type, and
 * writes errors in Rasa's format, including errors of requests that reach no controller.
 */
export function prepareTransport(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(YAML, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  fastify.addHook('onRoute', (route) => {
    if (IS_API.test(route.url)) route.bodyLimit = MAX_BODY_BYTES;
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request;
    const path = pathOf(request.url);
    if (IS_API.test(path)) {
      const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
      if (hasBody) headers['content-type'] = bodyTypeOf(path, headers['content-type']);
      else delete headers['content-type'];
    }
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const path = pathOf(request.url);
    const isProblem = String(reply.getHeader('content-type')).startsWith('application/problem+json');
    if (!isProblem || !IS_API.test(path) || typeof payload !== 'string') return done(null, payload);
    const body = JSON.stringify(rasaError(path, JSON.parse(payload) as Parameters<typeof rasaError>[1]));
    void reply.header('content-type', 'application/json; charset=utf-8');
    void reply.header('content-length', Buffer.byteLength(body));
    done(null, body);
  });
}

/** Rasa reads training data and stories as YAML, NLU data by its content type, and everything else as JSON. */
function bodyTypeOf(path: string, given = ''): string {
  if (/^\/model\/(?:train|test\/stories)$/.test(path)) return YAML;
  if (path === '/model/test/intents') return YAML;
  return given.includes('multipart') ? given : 'application/json';
}

const pathOf = (url: string): string => (url.split('?', 1)[0] ?? '').replace(/(.)\/$/, '$1');
