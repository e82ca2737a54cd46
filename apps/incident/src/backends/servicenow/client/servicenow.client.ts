import { setTimeout as delay } from 'node:timers/promises';
import { type HttpService } from '@nestjs/axios';
import { CircuitState, isBrokenCircuitError } from 'cockatiel';
import { type Logger } from '#service';
import { BackendFailure } from '../../../ports/backend-failure.js';
import { AccountGuard } from './account-guard.js';
import { resultOf, type Answer } from './answer.js';
import { authorizationFor, type Authorization } from './authorization.js';
import { HALF_OPEN_AFTER_MS, serviceNowBreaker } from './breaker.js';
import { ConcurrencyLimiter } from './concurrency-limiter.js';
import { Exchange } from './exchange.js';
import { Pause } from './pause.js';
import { penaltyOf, RateBudget } from './rate-budget.js';
import { type ServiceNowConfig } from './servicenow.config.js';
import { withDeadline } from './deadline.js';

/** A call to the instance's API. */
export interface Call {
  method: 'GET' | 'POST' | 'PATCH';
  /** Path below the origin, without the query. */
  path: string;
  params: Record<string, string>;
  body?: unknown;
  /** Media type of a body that is sent unchanged; other bodies are sent as JSON. */
  contentType?: string;
  /** The table that rate rules and log lines use. */
  table: string;
  /** The operation that the call belongs to, for the log. */
  opId?: string | undefined;
  /** Whether the call polls for changes. Polling gives way to calls that people wait for. */
  isPoll?: boolean;
  expects: 200 | 201;
}

export interface Reply {
  result: unknown;
  /** Whether the instance has a next page. The client never uses the address of that page. */
  hasNext: boolean;
}

export interface ClientOptions {
  http: HttpService;
  logger: Logger;
  /** Milliseconds since 1970. */
  now?: () => number;
  wait?: (ms: number) => Promise<unknown>;
  /** Returns a number from 0 up to but not including 1. */
  random?: () => number;
}

/** Details of a response for the log. */
interface Seen {
  status?: number;
  rateLimit?: string | undefined;
}

/**
 * How long a call may wait for a slot, and a read for retries, as a share of the time for one attempt. People wait for
 * reads. Writes are recorded and can take longer.
 */
const WAITING_SHARE = { read: 0.2, write: 1 };
/** Retries of a read, and their delays in milliseconds. */
const MAX_RETRIES = 2;
const BASE_DELAY_MS = 300;
const MAX_DELAY_MS = 8_000;
const HIBERNATION_MS = 5 * 60_000;
const SATURATION_MS = 60_000;

/**
 * Makes calls to one instance with our account, up to a number of concurrent calls, within its rate limits. While the
 * instance is known to be down, it makes no calls. Reads are retried where that may help. Writes are never retried:
 * whoever asked for a write knows how to find out whether it was done.
 */
export class ServiceNowClient {
  private readonly exchange: Exchange;
  private readonly authorization: Authorization;
  private readonly account: AccountGuard;
  private readonly slots: ConcurrencyLimiter;
  private readonly budget: RateBudget;
  private readonly breaker: ReturnType<typeof serviceNowBreaker>;
  private readonly penalty: Pause;
  private readonly hibernation: Pause;
  private readonly logger: Logger;
  private readonly now: () => number;
  private readonly wait: (ms: number) => Promise<unknown>;
  private readonly random: () => number;

  constructor(
    private readonly config: ServiceNowConfig,
    { http, logger, now = Date.now, wait = delay, random = Math.random }: ClientOptions,
  ) {
    this.exchange = new Exchange(http, { ...config, maxSockets: config.concurrency });
    this.authorization = authorizationFor(config.credentials, this.exchange, {
      now,
      timeoutMs: config.readTimeoutMs,
    });
    this.account = new AccountGuard(now);
    this.slots = new ConcurrencyLimiter(config.concurrency, now);
    this.budget = new RateBudget(now);
    this.breaker = serviceNowBreaker(now);
    this.penalty = new Pause('rate-limited', 'ServiceNow wants no calls from us for a while.', now);
    this.hibernation = new Pause('hibernating', 'The ServiceNow instance is hibernating; it is left alone.', now);
    this.logger = logger;
    this.now = now;
    this.wait = wait;
    this.random = random;
  }

  /** @throws BackendFailure */
  async call(call: Call): Promise<Reply> {
    const isWrite = call.method !== 'GET';
    const limitMs = isWrite ? this.config.writeTimeoutMs : this.config.readTimeoutMs;
    const waitMs = Math.ceil(limitMs * WAITING_SHARE[isWrite ? 'write' : 'read']);
    const deadline = this.now() + limitMs + waitMs;
    return withDeadline(limitMs + waitMs, async (whole) => {
      for (let attempt = 1; ; attempt++) {
        try {
          const release = await withDeadline(waitMs, (signal) => this.turn(signal), whole);
          return await withDeadline(limitMs, (signal) => this.attempt(call, attempt, signal), whole).finally(release);
        } catch (error) {
          const failure = asFailure(error, isWrite);
          const pause = isWrite ? undefined : this.retryDelay(failure, attempt);
          if (pause === undefined || this.now() + pause >= deadline) throw failure;
          await this.wait(pause);
        }
      }
    });
  }

  /** Number of open connections. */
  get openSockets(): number {
    return this.exchange.openSockets;
  }

  close(): void {
    this.exchange.close();
  }

  private async attempt(call: Call, attempt: number, signal: AbortSignal): Promise<Reply> {
    const begun = this.now();
    const seen: Seen = {};
    let kind = 'ok';
    try {
      // The instance's state may have changed while the call waited for a slot.
      this.checkPauses();
      if (call.method !== 'GET') await this.probe(signal);
      return await this.breaker.execute(async () => {
        const answer = await this.authorized(call, signal, seen);
        const result = resultOf(answer, { status: call.expects, isWrite: call.method !== 'GET' });
        return { result, hasNext: /;\s*rel="?next"?/.test(answer.headers['link'] ?? '') };
      });
    } catch (error) {
      const failure = asFailure(error, call.method !== 'GET');
      kind = failure.kind;
      if (failure.kind === 'hibernating') this.hibernation.start(HIBERNATION_MS);
      throw failure;
    } finally {
      const { method, table, opId } = call;
      const durationMs = Math.round(this.now() - begun);
      this.logger[kind === 'ok' || kind === 'not-found' ? 'debug' : 'warn'](
        { opId, method, table, ...seen, class: kind, durationMs, attempt },
        'ServiceNow call finished',
      );
    }
  }

  /** Waits for a slot. @returns a function that releases it */
  private turn(signal: AbortSignal): Promise<() => void> {
    this.checkPauses();
    return this.slots.take(signal);
  }

  private checkPauses(): void {
    this.account.check();
    this.hibernation.check();
    this.penalty.check();
  }

  /** Probes the instance after an outage with a harmless call instead of one that changes something. */
  private async probe(signal: AbortSignal): Promise<void> {
    if (this.breaker.state !== CircuitState.Open) return;
    await this.breaker.execute(async () =>
      resultOf(await this.authorized(PROBE, signal, {}), { status: 200, isWrite: false }),
    );
  }

  /** Makes the call with our account. A request answered with 401 was not executed, so repeating it is harmless. */
  private async authorized(call: Call, signal: AbortSignal, seen: Seen): Promise<Answer> {
    const headers = await this.account.orLeaveAlone(() => this.authorization.headers());
    const answer = await this.send(call, headers, signal, seen);
    if (answer.status !== 401) return answer;
    this.authorization.refused(headers);
    return this.account.tryAgain(async () => {
      const again = await this.send(call, await this.authorization.headers(), signal, seen);
      if (again.status === 401) resultOf(again, { status: call.expects, isWrite: call.method !== 'GET' });
      return again;
    });
  }

  private async send(
    call: Call,
    authorization: Record<string, string>,
    signal: AbortSignal,
    seen: Seen,
  ): Promise<Answer> {
    this.budget.take(call.table, call.isPoll ?? false);
    const { method, path, params, body, contentType = 'application/json' } = call;
    const query = new URLSearchParams(params).toString();
    try {
      const answer = await this.exchange.send({
        method,
        target: query === '' ? path : `${path}?${query}`,
        headers: {
          ...authorization,
          'User-Agent': 'helpdesk-incident',
          ...(body !== undefined && { 'Content-Type': contentType }),
        },
        ...(body !== undefined && { body: Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
        isWrite: method !== 'GET',
        signal,
      });
      seen.status = answer.status;
      seen.rateLimit = answer.headers['x-ratelimit-limit'];
      this.budget.learn(call.table, answer.headers);
      if (answer.status === 429) throw this.refusal(answer);
      return answer;
    } finally {
      this.budget.done(call.table);
    }
  }

  /** The failure for a 429: an hourly rule, or busy threads. Nothing was executed. */
  private refusal({ headers }: Answer): BackendFailure {
    const penalty = penaltyOf(headers, this.now());
    if (penalty !== undefined) this.penalty.start(penalty);
    else this.slots.halveFor(SATURATION_MS);
    return new BackendFailure('rate-limited', 'ServiceNow refused the call: too many.', {
      retryAfterMs: penalty ?? 1_000 + Math.round(this.random() * 4_000),
    });
  }

  /** Delay before a read is retried; `undefined` when it is not. */
  private retryDelay(failure: BackendFailure, attempt: number): number | undefined {
    if (attempt > MAX_RETRIES) return undefined;
    switch (failure.kind) {
      case 'unavailable':
      case 'timeout':
      case 'ambiguous':
      case 'not-json':
      case 'rate-limited':
        return failure.retryAfterMs ?? this.random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempt - 1));
      default:
        return undefined;
    }
  }
}

/** A cheap call that shows that the instance answers, accepts our account and lets it read incidents. */
export const PROBE: Call = {
  method: 'GET',
  path: '/api/now/table/incident',
  params: { sysparm_limit: '1', sysparm_fields: 'sys_id', sysparm_no_count: 'true' },
  table: 'incident',
  expects: 200,
};

function asFailure(error: unknown, isWrite: boolean): BackendFailure {
  if (error instanceof BackendFailure) return error;
  if (isBrokenCircuitError(error))
    return new BackendFailure('unavailable', 'ServiceNow did not work lately; it is left alone for a moment.', {
      retryAfterMs: HALF_OPEN_AFTER_MS,
    });
  return new BackendFailure('unexpected', 'A call to ServiceNow failed within our own code.', {
    mayHaveHappened: isWrite,
    cause: error,
  });
}
