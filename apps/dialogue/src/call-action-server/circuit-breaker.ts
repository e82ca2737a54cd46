/** Failures in a row after which a server is left alone. */
const FAILURES = 5;
/** How long it is left alone before one call may try again. Milliseconds. */
const PAUSE_MS = 5_000;

/** Stops asking a server that does not answer: people are told at once instead of after the time limit of each call. */
export class CircuitBreaker {
  private failures = 0;
  private closedUntil = 0;

  /** @param now milliseconds of any steady clock */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether a call may be made now; after a pause, one call at a time finds out whether the server is back. */
  allows(): boolean {
    if (this.failures < FAILURES) return true;
    if (this.now() < this.closedUntil) return false;
    this.closedUntil = this.now() + PAUSE_MS;
    return true;
  }

  succeeded(): void {
    this.failures = 0;
  }

  failed(): void {
    this.failures += 1;
    if (this.failures >= FAILURES) this.closedUntil = this.now() + PAUSE_MS;
  }
}
