interface Appointment {
  at: number;
  what: () => void;
}

/**
 * The simulator's time in milliseconds since 1970. It runs at the speed of the machine's clock from a given start, or is
 * frozen. `advance` moves it in both cases, and the events scheduled for the passed time then happen in order.
 */
export class VirtualClock {
  private offset: number;
  private appointments: Appointment[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    start: number,
    private readonly isFrozen: boolean,
  ) {
    this.offset = start - this.base();
  }

  now(): number {
    return this.base() + this.offset;
  }

  /** Sets the time without running the events scheduled in between. */
  set(instant: number): void {
    this.offset = instant - this.base();
    this.arm();
  }

  /** Calls `what` when the clock has advanced by `delay` milliseconds. */
  after(delay: number, what: () => void): void {
    this.appointments.push({ at: this.now() + delay, what });
    this.appointments.sort((left, right) => left.at - right.at);
    this.arm();
  }

  advance(milliseconds: number): void {
    const end = this.now() + milliseconds;
    for (let next = this.appointments[0]; next && next.at <= end; next = this.appointments[0]) {
      this.appointments.shift();
      if (next.at > this.now()) this.offset = next.at - this.base();
      next.what();
    }
    this.offset = Math.max(this.offset, end - this.base());
    this.arm();
  }

  /** Removes all scheduled events. */
  clear(): void {
    this.appointments = [];
    clearTimeout(this.timer);
  }

  private base(): number {
    return this.isFrozen ? 0 : Date.now();
  }

  private arm(): void {
    clearTimeout(this.timer);
    const next = this.appointments[0];
    if (this.isFrozen || !next) return;
    // A timer accepts at most 31 bits; a longer delay is split.
    const wait = Math.min(Math.max(next.at - this.now(), 0), 2 ** 31 - 1);
    this.timer = setTimeout(() => this.advance(0), wait).unref();
  }
}
