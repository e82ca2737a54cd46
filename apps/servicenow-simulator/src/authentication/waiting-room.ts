/** Admits a limited number at a time, lets a limited number wait, and rejects the rest. */
export class WaitingRoom {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  /** Whether nobody is admitted or waiting. */
  get isEmpty(): boolean {
    return this.inside === 0 && this.waiting.length === 0;
  }

  /** Resolves when there is room, to a function that must be called at the end; undefined at once when the queue is full. */
  async enter(places: number, queue: number): Promise<(() => void) | undefined> {
    if (this.inside < places) this.inside += 1;
    else if (this.waiting.length >= queue) return undefined;
    // Who leaves hands the place over, so that nobody comes in between.
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    return () => {
      const next = this.waiting.shift();
      if (next) next();
      else this.inside -= 1;
    };
  }
}
