/** The timers that a poller waits with; those of Node unless a test passes its own. */
export interface PollerClock {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface PollerOptions {
  /** From the end of one run to the beginning of the next, give or take a tenth. Milliseconds. */
  everyMs: number;
  /** Gets whatever a run throws; must not throw itself. */
  onError: (error: unknown) => void;
  clock?: PollerClock;
  /** From 0 up to 1. */
  random?: () => number;
}

/** Share of the interval by which a wait is shorter or longer, so that replicas do not run in step. */
const JITTER = 0.1;

const nodeClock: PollerClock = {
  setTimeout: (run, ms) => setTimeout(run, ms).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/**
 * Runs a piece of work every so often.
 *
 * - After `start`, the first run begins one interval later and each further one an interval after the one before ended.
 *   `wake` works without `start` too.
 * - Two runs never overlap.
 * - What a run throws goes to `onError`; the next run comes all the same.
 * - `wake` runs the work now, or once more right after the present run. It resolves when a run has ended that began
 *   after the call, and never rejects. Several calls during one run share the next.
 * - `stop` resolves when the present run has ended. Nothing begins after the call, and `wake` then does nothing; so
 *   whoever stopped a poller may do the work once more itself.
 * - The timers do not keep a process alive.
 */
export class Poller {
  private readonly everyMs: number;
  private readonly onError: (error: unknown) => void;
  private readonly clock: PollerClock;
  private readonly random: () => number;
  private timer: unknown;
  private present: Promise<void> | undefined;
  /** The run that was asked for during the present one. */
  private next: Promise<void> | undefined;
  private isStarted = false;
  private isStopped = false;

  constructor(
    private readonly work: () => Promise<unknown>,
    { everyMs, onError, clock = nodeClock, random = Math.random }: PollerOptions,
  ) {
    this.everyMs = everyMs;
    this.onError = onError;
    this.clock = clock;
    this.random = random;
  }

  /** Starting again changes nothing. */
  start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    if (!this.present) this.wait();
  }

  wake(): Promise<void> {
    if (this.isStopped) return Promise.resolve();
    if (!this.present) return this.run();
    this.next ??= this.present.then(() => {
      this.next = undefined;
      // Somebody may have begun a run between the end of the last one and this.
      return this.isStopped ? undefined : (this.present ?? this.run());
    });
    return this.next;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.clock.clearTimeout(this.timer);
    await this.present;
  }

  private run(): Promise<void> {
    this.clock.clearTimeout(this.timer);
    this.present = this.attempt().finally(() => {
      this.present = undefined;
      if (this.isStarted && !this.next) this.wait();
    });
    return this.present;
  }

  private async attempt(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      this.onError(error);
    }
  }

  private wait(): void {
    if (this.isStopped) return;
    const ms = this.everyMs * (1 - JITTER + 2 * JITTER * this.random());
    this.timer = this.clock.setTimeout(() => void this.run(), ms);
  }
}
