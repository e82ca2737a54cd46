import { BackendFailure } from '../../../ports/backend-failure.js';

/** Limits the number of concurrent calls. The others wait in order of arrival. */
export class ConcurrencyLimiter {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;
  private halvedUntil = 0;

  /** @param now milliseconds since 1970 */
  constructor(
    private readonly count: number,
    private readonly now: () => number,
  ) {}

  /** How many concurrent calls are allowed now. */
  get open(): number {
    return this.now() < this.halvedUntil ? Math.max(1, Math.floor(this.count / 2)) : this.count;
  }

  /** Halves the limit for a while, for an instance whose threads are all busy. */
  halveFor(ms: number): void {
    this.halvedUntil = this.now() + ms;
  }

  /**
   * @returns a function that releases the slot
   * @throws BackendFailure `timeout` when no slot became free before `signal` aborted
   */
  async take(signal: AbortSignal): Promise<() => void> {
    if (this.taken < this.open) this.taken += 1;
    else await this.turn(signal);
    return () => {
      this.taken -= 1;
      while (this.taken < this.open && this.waiting.length > 0) this.waiting.shift()?.();
    };
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const mine = () => {
        signal.removeEventListener('abort', giveUp);
        this.taken += 1;
        resolve();
      };
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(mine), 1);
        reject(new BackendFailure('timeout', 'Too many calls to ServiceNow wait for their turn.'));
      };
      if (signal.aborted) return reject(new BackendFailure('timeout', 'There was no time left to ask ServiceNow.'));
      signal.addEventListener('abort', giveUp, { once: true });
      this.waiting.push(mine);
    });
  }
}
