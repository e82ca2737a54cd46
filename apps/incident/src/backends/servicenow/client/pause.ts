import { BackendFailure, type FailureKind } from '../../../ports/backend-failure.js';

/** A time in which no call is made: each fails at once and says how long it still lasts. */
export class Pause {
  private until = 0;

  /** @param now milliseconds since 1970 */
  constructor(
    private readonly kind: FailureKind,
    private readonly reason: string,
    private readonly now: () => number,
  ) {}

  /** A pause that lasts longer already stays as it is. */
  start(ms: number): void {
    this.until = Math.max(this.until, this.now() + ms);
  }

  /** @throws BackendFailure while it lasts */
  check(): void {
    const left = this.until - this.now();
    if (left > 0) throw new BackendFailure(this.kind, this.reason, { retryAfterMs: left });
  }
}
