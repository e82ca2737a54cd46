import { setTimeout as delay } from 'node:timers/promises';

/** Tracks unfinished work, so that closing can wait for it. */
export class InFlight {
  private readonly work = new Set<Promise<unknown>>();

  get size(): number {
    return this.work.size;
  }

  /** Counts `promise` until it settles, and returns it. */
  add<T>(promise: Promise<T>): Promise<T> {
    const settled = promise.catch(() => undefined).finally(() => this.work.delete(settled));
    this.work.add(settled);
    return promise;
  }

  /** Resolves to whether all work ended within `timeoutMs`. */
  async settle(timeoutMs: number): Promise<boolean> {
    const giveUp = new AbortController();
    const timeout = delay(timeoutMs, false, { signal: giveUp.signal, ref: false }).catch(() => false);
    const all = (async () => {
      while (this.work.size > 0) await Promise.all(this.work);
      return true;
    })();
    const isSettled = await Promise.race([all, timeout]);
    giveUp.abort();
    return isSettled;
  }
}
