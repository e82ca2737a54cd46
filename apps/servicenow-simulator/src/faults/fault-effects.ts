import { setTimeout as delay } from 'node:timers/promises';
import { type FaultName } from '../instance/fault-plan.js';
import { type Instance } from '../instance/instance.js';
import { unauthenticated } from '../authentication/authentication.js';
import { type Answer, type Exchange, failure, html, json } from '../exchange/exchange.js';
import { hibernatingPage, loginPage, maintenancePage, plainPage } from '../exchange/pages.js';

/** How the bytes of an answer travel, where that is not as usual. */
export type Delivery =
  | { kind: 'usual' }
  /** No answer at all; the connection stays open. */
  | { kind: 'silence' }
  | { kind: 'reset' }
  /** The headers and half of the body, then a reset. */
  | { kind: 'reset-midbody' }
  /** So many bytes a second. */
  | { kind: 'drip'; rate: number };

/** What a fault does with a request before it is processed, and with its answer after. */
export interface FaultEffect {
  /** Changes how the request is processed. */
  cast?: (exchange: Exchange, args: readonly string[]) => void;
  /** Takes the place of processing it; nothing lets it go on. */
  before?: (struck: Struck) => Promise<Answer | Delivery | undefined> | Answer | Delivery | undefined;
  /** Changes the answer or how it travels. */
  after?: (answer: Answer, args: readonly string[]) => Promise<Answer | Delivery> | Answer | Delivery;
}

interface Struck {
  exchange: Exchange;
  args: readonly string[];
  instance: Instance;
  /** Processes the request as if nothing had happened. */
  process: () => Promise<Answer>;
}

const silence: Delivery = { kind: 'silence' };
const reset: Delivery = { kind: 'reset' };
const HUGE = 8 * 1024 * 1024;

const milliseconds = ([first]: readonly string[]): number => Number(first ?? 0);

const cutBody = ({ body }: Answer): Buffer =>
  (body ?? Buffer.alloc(0)).subarray(0, Math.ceil((body?.length ?? 0) * 0.6));

const CANCELLED =
  ',"error":{"message":"Transaction cancelled: maximum execution time exceeded","detail":"Check logs for error trace or enable glide.rest.debug property to verify REST request processing"},"status":"failure"}';

const unauthenticatedAnswer = (instance: Instance): Answer => {
  const { status, message, detail, headers } = unauthenticated(instance);
  return failure(status, message, detail, { ...headers });
};

/** Everything that can be made to go wrong, by name. */
const effects: Record<FaultName, FaultEffect> = {
  latency: {
    before: async ({ args, instance }) => {
      const jitter = Number(args[1] ?? 0);
      await delay(milliseconds(args) + (jitter > 0 ? instance.chance.below(jitter) : 0));
      return undefined;
    },
  },
  'hang-before': { before: () => silence },
  'timeout-after-commit': {
    after: async (answer, args) => {
      if (args.length === 0) return silence;
      await delay(milliseconds(args), undefined, { ref: false });
      return answer;
    },
  },
  'commit-late': {
    before: ({ args, instance, exchange, process }) => {
      instance.clock.after(milliseconds(args), () => {
        exchange.now = instance.clock.now();
        void process();
      });
      return silence;
    },
  },
  'reset-before': { before: () => reset },
  'reset-after-commit': { after: () => reset },
  'reset-midbody': { after: (): Delivery => ({ kind: 'reset-midbody' }) },
  status: {
    before: ({ args: [status = '500', kind] }) =>
      kind === 'html'
        ? html(Number(status), plainPage)
        : failure(Number(status), 'Simulated failure', 'The simulator was asked for it'),
  },
  truncate: { after: (answer) => ({ ...answer, body: cutBody(answer) }) },
  'truncate-error': {
    after: (answer) => ({ ...answer, body: Buffer.concat([cutBody(answer), Buffer.from(CANCELLED)]) }),
  },
  'html-200': { before: () => html(200, plainPage) },
  hibernate: {
    before: ({ instance }) => {
      instance.isHibernating = true;
      return html(200, hibernatingPage);
    },
  },
  'login-page': { before: () => html(200, loginPage) },
  'maintenance-503': { before: () => html(503, maintenancePage) },
  'redirect-sso': {
    before: ({ args: [target = 'https://sso.example.com/login'] }) => html(302, plainPage, { Location: target }),
  },
  'gzip-corrupt': {
    after: (answer) => ({
      ...answer,
      headers: { ...answer.headers, 'Content-Encoding': 'gzip' },
      body: Buffer.from('1f8b08000000000000ffdeadbeefdeadbeefdeadbeef', 'hex'),
    }),
  },
  'slow-drip': { after: (_answer, [rate = '10']): Delivery => ({ kind: 'drip', rate: Number(rate) }) },
  'wrong-content-type': {
    after: (answer) => ({ ...answer, headers: { ...answer.headers, 'Content-Type': 'text/plain' } }),
  },
  'huge-body': {
    after: (answer, [bytes = String(HUGE)]) => json(answer.status, { result: [], padding: 'x'.repeat(Number(bytes)) }),
  },
  'expire-token': { cast: ({ spells }) => void (spells.token = 'expired') },
  'revoke-token': { cast: ({ spells }) => void (spells.token = 'revoked') },
  '401-once': { before: ({ instance }) => unauthenticatedAnswer(instance) },
  '429': {
    before: ({ args: [seconds = '60'], exchange }) =>
      failure(429, 'Rate limit exceeded', 'Rate limit of 500 requests per hour for Table API exceeded', {
        'Retry-After': seconds,
        'X-RateLimit-Limit': '500',
        'X-RateLimit-Reset': String(Math.floor(exchange.now / 1_000) + Number(seconds)),
        'X-RateLimit-Rule': '0'.repeat(32),
      }),
  },
  '429-bare': { before: () => html(429, plainPage) },
  'acl-hide': {
    cast: ({ spells }, args) => {
      for (const what of args.length > 0 ? args : ['row'])
        if (what === 'row' || /^[0-9a-f]{32}$/.test(what)) spells.hiddenRows.add(what);
        else spells.hiddenFields.add(what);
    },
  },
  'acl-deny': {
    cast: ({ spells }, args) => {
      for (const operation of args) spells.deniedOperations.add(operation === 'update' ? 'write' : operation);
    },
  },
  'br-abort': { cast: ({ spells }, [name = 'Simulated rule']) => void (spells.abortingRule = name) },
  'data-policy': { cast: ({ spells }, [field = 'category']) => void (spells.mandatoryField = field) },
  'dup-insert': { cast: ({ spells }) => void (spells.insertsTwice = true) },
  'stale-read': { cast: ({ spells }, args) => void (spells.readLagMs = milliseconds(args)) },
  'clock-skew': { cast: (exchange, args) => void (exchange.now += milliseconds(args) * 1_000) },
};

export const effectOf = (name: FaultName): FaultEffect => effects[name];
