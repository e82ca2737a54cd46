import { createHash } from 'node:crypto';

/** All random choices of the simulator. The same seed and the same calls give the same results. */
export class Chance {
  private drawn = 0;

  /** @param seed any text; a restart passes a different one, so that no id repeats */
  constructor(private readonly seed: string) {}

  /** A new sys_id: 32 hexadecimal digits. */
  id(): string {
    return createHash('md5').update(`${this.seed}:${this.drawn++}`).digest('hex');
  }

  /** A whole number from 0 up to but not including `limit`. */
  below(limit: number): number {
    return Number.parseInt(this.id().slice(0, 12), 16) % limit;
  }

  /** The items in a random order (Fisher–Yates over the Park–Miller generator). */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const result = [...items];
    let state = this.below(2_147_483_646) + 1;
    for (let last = result.length - 1; last > 0; last -= 1) {
      state = (state * 48_271) % 2_147_483_647;
      const other = state % (last + 1);
      [result[last], result[other]] = [result[other]!, result[last]!];
    }
    return result;
  }
}
