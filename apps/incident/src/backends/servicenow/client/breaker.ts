import { circuitBreaker, CircuitState, handleWhen, type CircuitBreakerPolicy, type IBreaker } from 'cockatiel';
import { BackendFailure, type FailureKind } from '../../../ports/backend-failure.js';

/** So many of the last calls, within so long, must fail before the instance is left alone. */
const FAILURES = 5;
const AMONG = 10;
const WITHIN_MS = 30_000;
/** How long it is left alone before one call may try. */
export const HALF_OPEN_AFTER_MS = 15_000;

/** An instance that refuses is well; only these tell that it is not. */
const OUTAGES: ReadonlySet<FailureKind> = new Set(['unavailable', 'timeout', 'not-json']);

/** Opens on five outages among the last ten calls within 30 seconds, and lets one call try after 15 seconds. */
export const serviceNowBreaker = (now: () => number): CircuitBreakerPolicy =>
  circuitBreaker(
    handleWhen((error) => error instanceof BackendFailure && OUTAGES.has(error.kind)),
    { halfOpenAfter: HALF_OPEN_AFTER_MS, breaker: new FailuresAmongLast(now) },
  );

class FailuresAmongLast implements IBreaker {
  state: { isFailure: boolean; at: number }[] = [];

  constructor(private readonly now: () => number) {}

  success(state: CircuitState): void {
    if (state === CircuitState.HalfOpen) this.state = [];
    this.note(false);
  }

  failure(state: CircuitState): boolean {
    this.note(true);
    const since = this.now() - WITHIN_MS;
    const failures = this.state.filter(({ isFailure, at }) => isFailure && at >= since).length;
    return state !== CircuitState.Closed || failures >= FAILURES;
  }

  private note(isFailure: boolean): void {
    this.state = [...this.state, { isFailure, at: this.now() }].slice(-AMONG);
  }
}
