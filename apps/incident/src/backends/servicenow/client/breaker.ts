import { circuitBreaker, CircuitState, handleWhen, type CircuitBreakerPolicy, type IBreaker } from 'cockatiel';
import { BackendFailure, type FailureKind } from '../../../ports/backend-failure.js';

/** The circuit opens after this many outages among the last calls within the window. */
const FAILURES = 5;
const AMONG = 10;
const WITHIN_MS = 30_000;
/** How long the circuit stays open before one call may try again. */
export const HALF_OPEN_AFTER_MS = 15_000;

/** A refusal shows that the instance works; only these kinds count as outages. */
const OUTAGES: ReadonlySet<FailureKind> = new Set(['unavailable', 'timeout', 'not-json']);

/** Opens after five outages among the last ten calls within 30 seconds; lets one call try after 15 seconds. */
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
