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

/** Maximum size of an answer, in bytes. */
const MAX_REPLY_BYTES = 1024 * 1024;
/** Delays before each repetition of a call that did not reach the server, in milliseconds. */
const RETRY_DELAYS_MS = [100, 300];
/**
 * Number of consecutive calls without an answer after which a server is paused. A paused server gets no calls, and
 * people see the failure at once.
 */
const MAX_FAILURES = 5;
/** Length of the pause, in milliseconds. After it, one trial call is made. */
const PAUSE_MS = 5_000;

/** An action server could not be reached or did not run the action. The message gives the reason, for the log. */
export class ActionServerError extends Error {
  override readonly name = 'ActionServerError';
}

/** The server answered that it has no action of this name. It did nothing. */
export class ActionNotFound extends ActionServerError {}

/** A server that runs actions over Rasa's webhook protocol, such as one written with the Python SDK. */
export class ActionServer {
  /** Counts only calls without an answer as failures; an answer of any status is a success. */
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
  /** The server's address without the query, because the query may hold a token. */
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

  /** The address and the result of the latest call, for the health page of the service. */
  get health(): string {
    return `${this.address} ${this.lastProblem ?? 'has no known problem'}`;
  }

  /**
   * @throws ActionRejected when the action declines, ActionNotFound when the server has no action of this name,
   *   ActionServerError for any other failure.
   */
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
      throw this.failure(`answered ${call.name} with an invalid body: ${(error as Error).message}`, error);
    }
  }

  /** The server's answer, with any status. */
  private async answerTo(call: ActionCall & { signal: AbortSignal }): Promise<{ status: number; text: string }> {
    // One trial call is under way. Other calls fail at once instead of waiting for its result.
    if (this.breaker.state === CircuitState.HalfOpen) throw this.pausedError();
    try {
      return await this.breaker.execute(async () => {
        const { body, headers } = await this.requests.write(call, this.endpoint);
        return this.retries.execute(() => this.post(body, headers, call.signal), call.signal);
      });
    } catch (error) {
      throw error instanceof BrokenCircuitError ? this.pausedError() : this.failure(reasonOf(error), error);
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

  private pausedError(): ActionServerError {
    return new ActionServerError(`The action server ${this.address} is paused: it ${this.lastProblem}.`);
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
    // If the server closes a kept connection at the wrong moment, we cannot know whether the action ran.
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

/** Whether the connection was never made. Only then is a second call harmless, because the action has not run. */
const isNotSent = (error: unknown): boolean => isAxiosError(error) && harmlessFailure(error.code) === 'not-sent';

function reasonOf(error: unknown): string {
  if (!isAxiosError(error)) return `could not be called: ${error instanceof Error ? error.message : String(error)}`;
  if (error.code === 'ERR_CANCELED') return 'did not answer in time';
  if (error.code === 'ERR_BAD_RESPONSE') return `answered more than ${MAX_REPLY_BYTES} bytes`;
  return `could not be reached: ${error.code ?? error.message}`;
}
