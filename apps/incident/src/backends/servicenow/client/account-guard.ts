import { BackendFailure } from '../../../ports/backend-failure.js';
import { Pause } from './pause.js';

/** How long an instance that does not know us is left alone: asking again and again locks accounts. */
const LOCKED_OUT_MS = 15 * 60_000;

/** Keeps a wrong password or a revoked token from being tried over and over. */
export class AccountGuard {
  private readonly pause: Pause;
  private lastTry: Promise<unknown> = Promise.resolve();

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.pause = new Pause('unauthenticated', 'ServiceNow does not accept our account; it is left alone.', now);
  }

  /** @throws BackendFailure `unauthenticated` while the account is left alone */
  check(): void {
    this.pause.check();
  }

  /** Makes a call that was answered 401 once more. Such calls go one by one, and the first that fails is the last. */
  async tryAgain<T>(call: () => Promise<T>): Promise<T> {
    const mine = this.lastTry.then(() => {
      this.check();
      return this.orLeaveAlone(call);
    });
    this.lastTry = mine.catch(() => undefined);
    return mine;
  }

  /** Makes a call; when it is not accepted, no other is made for a while. */
  async orLeaveAlone<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof BackendFailure && error.kind === 'unauthenticated') this.pause.start(LOCKED_OUT_MS);
      throw error;
    }
  }
}
