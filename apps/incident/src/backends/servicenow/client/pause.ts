import { BackendFailure, type FailureKind } from '../../../ports/backend-failure.js';

/** A period without calls. Each call fails at once and says how long the pause still lasts. */
export class Pause {
  private until = 0;

  /** @param now milliseconds since 1970 */
  constructor(
    private readonly kind: FailureKind,
    private readonly reason: string,
    private readonly now: () => number,
  ) {}

  /** Starts a pause. A longer pause in progress stays as it is. */
  start(ms: number): void {
    this.until = Math.max(this.until, this.now() + ms);
  }

  /** @throws BackendFailure during the pause */
  check(): void {
    const left = this.until - this.now();
    if (left > 0) throw new BackendFailure(this.kind, this.reason, { retryAfterMs: left });
  }
}
