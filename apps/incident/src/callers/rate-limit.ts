/** Most keys to remember. The longest unused keys are forgotten first. */
const MAX_KEYS = 10_000;

/** Counts events for each key in a sliding time window. In the memory of this process. */
export class RateLimit {
  private readonly times = new Map<string, number[]>();

  /** @param windowMs length of the window; @param now milliseconds of a monotonic clock */
  constructor(
    private readonly most: number,
    private readonly windowMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  isReached(key: string): boolean {
    return this.recent(key).length >= this.most;
  }

  count(key: string): void {
    const recent = [...this.recent(key), this.now()];
    this.times.delete(key);
    this.times.set(key, recent);
    for (const oldest of this.times.keys()) {
      if (this.times.size <= MAX_KEYS) break;
      this.times.delete(oldest);
    }
  }

  private recent(key: string): number[] {
    const since = this.now() - this.windowMs;
    return (this.times.get(key) ?? []).filter((time) => time > since);
  }
}
