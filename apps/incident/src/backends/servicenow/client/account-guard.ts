import { BackendFailure } from '../../../ports/backend-failure.js';
import { Pause } from './pause.js';

/** How long to make no calls after ServiceNow rejected our account: repeated attempts lock accounts. */
const LOCKED_OUT_MS = 15 * 60_000;

/** Prevents repeated attempts with a wrong password or a revoked token. */
export class AccountGuard {
  private readonly pause: Pause;
  private lastTry: Promise<unknown> = Promise.resolve();

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.pause = new Pause('unauthenticated', 'ServiceNow does not accept our account; it is left alone.', now);
  }

  /** @throws BackendFailure `unauthenticated` during the pause */
  check(): void {
    this.pause.check();
  }

  /** Repeats a call that was answered with 401. Such calls run one at a time, and the first failure ends them. */
  async tryAgain<T>(call: () => Promise<T>): Promise<T> {
    const mine = this.lastTry.then(() => {
      this.check();
      return this.orLeaveAlone(call);
    });
    this.lastTry = mine.catch(() => undefined);
    return mine;
  }

  /** Makes a call. If it is not authenticated, no other call is made for a while. */
  async orLeaveAlone<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof BackendFailure && error.kind === 'unauthenticated') this.pause.start(LOCKED_OUT_MS);
      throw error;
    }
  }
}
