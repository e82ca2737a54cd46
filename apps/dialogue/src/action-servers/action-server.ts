import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { isAxiosError, type AxiosRequestConfig } from 'axios';
import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  IterableBackoff,
  retry,
} from 'cockatiel';
import { type ActionServer as ActionServerEndpoint } from '#assistant';
import { ActionRejected, type ActionCall, type ActionResult } from '#dialogue-engine';
import { harmlessFailure, type Logger, rawAnswers } from '#service';
import { readReply } from './action-reply.js';
import { type ActionRequests } from './action-request.js';

/** Largest answer that is read, in bytes. */
const MAX_REPLY_BYTES = 1024 * 1024;
/** Waits before a call that did not reach the server is made again. Milliseconds. */
const RETRY_DELAYS_MS = [100, 300];
/** Calls in a row without an answer after which a server is left alone: people are told at once then. */
const MAX_FAILURES = 5;
/** How long it is left alone before one call may try again. Milliseconds. */
const PAUSE_MS = 5_000;

/** An action server could not be reached or did not do the action; the message says how, for the log. */
export class ActionServerError extends Error {
  override readonly name = 'ActionServerError';
}

/** The server answered that it has no action of this name; it did nothing. */
export class ActionNotFound extends ActionServerError {}

/** A server that runs actions over Rasa's webhook protocol, such as one written with the Python SDK. */
export class ActionServer {
  /** Any answer is an answer, whatever its status. */
  private readonly breaker = circuitBreaker(handleWhen(isAxiosError), {
    halfOpenAfter: PAUSE_MS,
    breaker: new ConsecutiveBreaker(MAX_FAILURES),
  });
  private readonly retries = retry(handleWhen(isNotSent), {
    maxAttempts: RETRY_DELAYS_MS.length,
    backoff: new IterableBackoff(RETRY_DELAYS_MS),
  });
  private readonly config: AxiosRequestConfig;
  private lastProblem: string | undefined;
  /** Its address without query, which may hold a token. */
  private readonly address: string;

  /** @throws Error when its `cafile` cannot be read. */
  constructor(
    private readonly endpoint: ActionServerEndpoint,
    private readonly requests: ActionRequests,
    private readonly logger: Logger,
  ) {
    const { origin, pathname } = new URL(endpoint.url);
    this.address = `${origin}${pathname}`;
    this.config = configFor(endpoint);
  }

  /** How it did lately, for people who look at the health of the service. */
  get health(): string {
    return `${this.address} ${this.lastProblem ?? 'works, as far as it was asked'}`;
  }

  /** @throws ActionRejected when the action declines, ActionNotFound when it has none of this name, ActionServerError when anything else went wrong. */
  async run(call: ActionCall & { signal: AbortSignal }): Promise<ActionResult> {
    const { status, text } = await this.answerTo(call);
    const reply = parsed(text);
    if (status === 400 && isRejection(reply)) {
      this.lastProblem = undefined;
      throw new ActionRejected(reply.action_name);
    }
    const problem = `answered ${call.name} with status ${status}`;
    if (status === 404) throw this.failure(problem, undefined, ActionNotFound);
    if (status !== 200) throw this.failure(problem);
    try {
      const result = readReply(reply, (problem) =>
        this.logger.warn(
          { action: call.name, problem },
          `The action server ${this.address} returned an unknown event.`,
        ),
      );
      this.lastProblem = undefined;
      return result;
    } catch (error) {
      throw this.failure(`answered ${call.name} with nonsense: ${(error as Error).message}`, error);
    }
  }

  /** The server's answer whatever its status. */
  private async answerTo(call: ActionCall & { signal: AbortSignal }): Promise<{ status: number; text: string }> {
    // One call finds out whether the server is back; nobody else has to wait for that.
    if (this.breaker.state === CircuitState.HalfOpen) throw this.leftAlone();
    try {
      return await this.breaker.execute(async () => {
        const { body, headers } = await this.requests.write(call, this.endpoint);
        return this.retries.execute(() => this.post(body, headers, call.signal), call.signal);
      });
    } catch (error) {
      throw error instanceof BrokenCircuitError ? this.leftAlone() : this.failure(reasonOf(error), error);
    }
  }

  private async post(body: Buffer, headers: Record<string, string>, signal: AbortSignal) {
    const { data, status } = await axios.post<string>(this.endpoint.url, body, {
      ...this.config,
      headers: { ...this.endpoint.headers, ...headers },
      signal,
    });
    return { status, text: data };
  }

  private leftAlone(): ActionServerError {
    return new ActionServerError(
      `The action server ${this.address} is left alone for a while: it ${this.lastProblem}.`,
    );
  }

  private failure(problem: string, cause?: unknown, kind = ActionServerError): ActionServerError {
    this.lastProblem = problem;
    return new kind(`The action server ${this.address} ${problem}.`, { cause });
  }
}

function configFor({ params, token, tokenName, basicAuth, cafile }: ActionServerEndpoint): AxiosRequestConfig {
  return {
    params: { ...params, ...(token !== undefined && { [tokenName]: token }) },
    ...(basicAuth && { auth: basicAuth }),
    // A kept connection that the server closes at the wrong moment leaves open whether the action ran.
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false, ...(cafile && { ca: readFileSync(cafile) }) }),
    ...rawAnswers(MAX_REPLY_BYTES),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const isRejection = (reply: unknown): reply is { action_name: string } =>
  typeof reply === 'object' && reply !== null && 'action_name' in reply && typeof reply.action_name === 'string';

/** The connection was never made, so the action has not run: only then is a second call harmless. */
const isNotSent = (error: unknown): boolean => isAxiosError(error) && harmlessFailure(error.code) === 'not-sent';

function reasonOf(error: unknown): string {
  if (!isAxiosError(error)) return `could not be asked: ${error instanceof Error ? error.message : String(error)}`;
  if (error.code === 'ERR_CANCELED') return 'did not answer in time';
  if (error.code === 'ERR_BAD_RESPONSE') return `answered more than ${MAX_REPLY_BYTES} bytes`;
  return `could not be reached: ${error.code ?? error.message}`;
}
