import { authenticate } from '../authentication/authentication.js';
import { type RateVerdict } from '../access/rate-limits.js';
import { type Instance } from '../instance/instance.js';
import { type Answer, type Exchange, failure, html } from '../exchange/exchange.js';
import { loginPage } from '../exchange/pages.js';
import { ApiError, noResource } from '../exchange/api-error.js';
import { attachmentFile, attachmentList, attachmentRecord, uploadFile, uploadForm } from './attachment-api.js';
import { catalogItem, catalogItems, orderNow } from './catalog-api.js';
import { importRow } from './import-api.js';
import { article, articles } from './knowledge-api.js';
import { requestScope, type RequestScope } from './request-scope.js';
import { stats } from './stats-api.js';
import { tableCollection, tableRecord } from './table-api.js';
import { issueToken } from './token-endpoint.js';

type Handler = (scope: RequestScope) => Answer | Promise<Answer>;

interface Route {
  path: RegExp;
  /** The allowed methods; if absent, the handler checks them. */
  methods?: readonly string[];
  handle: Handler;
}

const READ = ['GET', 'HEAD'];
const NOW = '^/api/now(?:/(?<version>v[12]))?';
const route = (path: string, methods: readonly string[] | undefined, handle: Handler): Route => ({
  path: new RegExp(`${path}/?$`),
  ...(methods && { methods }),
  handle,
});

const ROUTES: readonly Route[] = [
  route(`${NOW}/table/([^/]+)`, undefined, tableCollection),
  route(`${NOW}/table/([^/]+)/([^/]+)`, undefined, tableRecord),
  route(`${NOW}/stats/([^/]+)`, READ, stats),
  route(`${NOW}/attachment`, READ, attachmentList),
  route(`${NOW}/attachment/file`, ['POST'], uploadFile),
  route(`${NOW}/attachment/upload`, ['POST'], uploadForm),
  route(`${NOW}/attachment/([^/]+)`, [...READ, 'DELETE'], attachmentRecord),
  route(`${NOW}/attachment/([^/]+)/file`, READ, attachmentFile),
  route(`${NOW}/import/([^/]+)`, ['POST'], importRow),
  route('^/api/sn_km_api(?:/v1)?/knowledge/articles', READ, articles),
  route('^/api/sn_km_api(?:/v1)?/knowledge/articles/([^/]+)', READ, article),
  route('^/api/sn_sc(?:/v1)?/servicecatalog/items', READ, catalogItems),
  route('^/api/sn_sc(?:/v1)?/servicecatalog/items/([^/]+)', READ, catalogItem),
  route('^/api/sn_sc(?:/v1)?/servicecatalog/items/([^/]+)/order_now', ['POST'], orderNow),
];

const TABLE = new RegExp(`${NOW}/(?:table|stats)/([^/]+)`);

/** The table that the request's path names, if any. */
export const tableIn = (path: string): string | undefined => TABLE.exec(path)?.[2];

/** Processes a request: authentication, rate limits, routing. Refusals are also answers. */
export async function answerTo(instance: Instance, exchange: Exchange): Promise<Answer> {
  if (exchange.path === '/oauth_token.do') return issueToken(instance, exchange);
  if (!exchange.path.startsWith('/api/')) return html(200, loginPage);
  let rateHeaders: Record<string, string> = {};
  try {
    const session = authenticate(instance, exchange);
    exchange.session = session;
    const verdict = instance.limits.count(session, tableIn(exchange.path), exchange.now);
    if (verdict) rateHeaders = headersOf(verdict);
    if (verdict?.isExceeded) throw rateLimited(verdict, exchange);
    const answer = await dispatch(instance, exchange);
    return { ...answer, headers: { ...rateHeaders, ...answer.headers } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    exchange.decisions.push(error.message);
    return failure(error.status, error.message, error.detail, { ...rateHeaders, ...error.headers });
  }
}

async function dispatch(instance: Instance, exchange: Exchange): Promise<Answer> {
  const accept = exchange.headers.accept;
  if (accept && !/\*\/\*|application\/(json|\*)|text\/json/i.test(accept) && !exchange.path.endsWith('/file'))
    throw new ApiError(406, 'Not acceptable', `Accept ${accept}`);
  for (const { path, methods, handle } of ROUTES) {
    const match = path.exec(exchange.path);
    if (!match) continue;
    if (methods && !methods.includes(exchange.method))
      throw new ApiError(405, 'Method not allowed', `${exchange.method} is not supported for this resource`);
    const version = match.groups?.['version'] ?? '';
    // A named group also has a number: the first, in the routes that have one.
    const args = match.slice(match.groups ? 2 : 1);
    return handle(requestScope(instance, exchange, exchange.session!, version, args));
  }
  throw noResource();
}

const headersOf = ({ perHour, resetsAt, ruleId }: RateVerdict): Record<string, string> => ({
  'X-RateLimit-Limit': String(perHour),
  'X-RateLimit-Reset': String(resetsAt / 1_000),
  'X-RateLimit-Rule': ruleId,
});

function rateLimited({ perHour, resetsAt }: RateVerdict, { now }: Exchange): ApiError {
  const seconds = Math.max(1, Math.ceil((resetsAt - now) / 1_000));
  const detail = `Rate limit of ${perHour} requests per hour for Table API exceeded`;
  return new ApiError(429, 'Rate limit exceeded', detail, { 'Retry-After': String(seconds) });
}
