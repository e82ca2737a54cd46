/**
 * How a call to a ticket system can fail. The list is closed: nothing else leaves a backend.
 *
 * - `bad-request`: the system does not understand what we ask; a defect or a wrong setting
 * - `unauthenticated`: it does not know our account
 * - `forbidden`: our account may not do this
 * - `not-found`: there is no such incident, or our account may not see it
 * - `rejected`: understood and refused by a rule of the system
 * - `rate-limited`: too many calls; `retryAfterMs` says when again
 * - `unavailable`: no connection, a server error, or our breaker is open
 * - `hibernating`: a developer instance that sleeps until somebody wakes it
 * - `timeout`: no answer in time
 * - `truncated`: an answer that was cut off
 * - `not-json`: an answer that is no data, such as a log-in page
 * - `redirected`: it wants us elsewhere, which we never follow
 * - `ambiguous`: an answer that leaves open whether it was done
 * - `unexpected`: data of another shape than agreed
 * - `unsupported`: `capabilities` deny it
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

/** These stay as they are however often one asks. */
const FINAL: ReadonlySet<FailureKind> = new Set(['bad-request', 'forbidden', 'not-found', 'rejected', 'unsupported']);

interface Circumstances {
  /** Whether the system may have done what was asked, or do it yet. Default false. */
  mayHaveHappened?: boolean;
  /** Not before this time from now. Milliseconds. */
  retryAfterMs?: number;
  cause?: unknown;
}

/** A call to a ticket system failed. `message` is for operators and holds no text of users and no secret. */
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

  /** Whether asking again can never succeed. */
  get isFinal(): boolean {
    return FINAL.has(this.kind);
  }
}
