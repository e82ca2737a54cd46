/**
 * The kinds of failure of a call to a ticket system. The list is closed: a backend throws nothing else.
 *
 * - `bad-request`: the system does not understand the request; a defect or a wrong setting
 * - `unauthenticated`: the system rejects our account
 * - `forbidden`: our account may not do this
 * - `not-found`: the incident does not exist, or our account may not see it
 * - `rejected`: a rule of the system refused the request
 * - `rate-limited`: too many calls; `retryAfterMs` says when to try again
 * - `unavailable`: no connection, a server error, or our breaker is open
 * - `hibernating`: a developer instance that sleeps until somebody wakes it
 * - `timeout`: no answer in time
 * - `truncated`: an incomplete answer
 * - `not-json`: an answer other than data, such as a log-in page
 * - `redirected`: a redirect, which the client never follows
 * - `ambiguous`: an answer that does not say whether the change was made
 * - `unexpected`: data of an unknown shape
 * - `unsupported`: the backend's `capabilities` exclude it
 */
export type FailureKind =
  | 'bad-request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'rejected'
  | 'rate-limited'
  | 'unavailable'
  | 'hibernating'
  | 'timeout'
  | 'truncated'
  | 'not-json'
  | 'redirected'
  | 'ambiguous'
  | 'unexpected'
  | 'unsupported';

/** Kinds that no retry can change. */
const FINAL: ReadonlySet<FailureKind> = new Set(['bad-request', 'forbidden', 'not-found', 'rejected', 'unsupported']);

interface Circumstances {
  /** Whether the system may have executed the request, or may still execute it. Default false. */
  mayHaveHappened?: boolean;
  /** Shortest delay before a retry, in milliseconds. */
  retryAfterMs?: number;
  cause?: unknown;
}

/** A failed call to a ticket system. `message` is for operators and contains no user text and no secret. */
export class BackendFailure extends Error {
  override readonly name = 'BackendFailure';
  readonly mayHaveHappened: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly kind: FailureKind,
    message: string,
    { mayHaveHappened = false, retryAfterMs, cause }: Circumstances = {},
  ) {
    super(message, { cause });
    this.mayHaveHappened = mayHaveHappened;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether a retry can never succeed. */
  get isFinal(): boolean {
    return FINAL.has(this.kind);
  }
}
