/** So many failures in a row, and the server is left alone for a while. */
const FAILURES = 3;
const PAUSE_MS = 10_000;

/**
 * Whether a server is worth asking: a circuit breaker. After some failures in a row it is not asked for ten seconds, then
 * once; that one answer decides. Times are milliseconds of any clock that does not go back.
 */
export class Outage {
  private failures = 0;
  private pausedUntil = 0;

  /** Whether to ask now. Asking after a pause begins the next pause for everybody else. */
  mayAsk(now: number): boolean {
    if (this.failures < FAILURES) return true;
    if (now < this.pausedUntil) return false;
    this.pausedUntil = now + PAUSE_MS;
    return true;
  }

  /** @returns whether an outage begins. */
  failed(now: number): boolean {
    this.failures++;
    this.pausedUntil = now + PAUSE_MS;
    return this.failures === 1;
  }

  /** @returns whether an outage ends. */
  succeeded(): boolean {
    const wasOut = this.failures > 0;
    this.failures = 0;
    return wasOut;
  }
}
