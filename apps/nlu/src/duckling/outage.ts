/** Number of consecutive failures after which the server is paused. */
const FAILURES = 3;
const PAUSE_MS = 10_000;

/**
 * A circuit breaker. After three consecutive failures the server gets no requests for ten seconds, then a single one,
 * whose result decides. Times are in milliseconds of any monotonic clock.
 */
export class Outage {
  private failures = 0;
  private pausedUntil = 0;

  /** Whether a request is allowed now. The first request after a pause starts the next pause for all others. */
  mayAsk(now: number): boolean {
    if (this.failures < FAILURES) return true;
    if (now < this.pausedUntil) return false;
    this.pausedUntil = now + PAUSE_MS;
    return true;
  }

  /** @returns whether an outage starts */
  failed(now: number): boolean {
    this.failures++;
    this.pausedUntil = now + PAUSE_MS;
    return this.failures === 1;
  }

  /** @returns whether an outage ends */
  succeeded(): boolean {
    const wasOut = this.failures > 0;
    this.failures = 0;
    return wasOut;
  }
}
