/**
 * A seeded generator of random numbers: the same seed gives the same numbers, on every machine.
 * mulberry32 by Tommy Ettinger (public domain).
 * @param seed any whole number; its lowest 32 bits count
 * @returns a function that returns the next number, uniform in [0, 1)
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A sequence that can be shuffled in place. */
interface Sequence<Item> {
  [index: number]: Item;
  readonly length: number;
}

/**
 * Shuffles the first `length` items in place (Fisher–Yates).
 * @param random numbers in [0, 1)
 */
export function shuffle<Item>(items: Sequence<Item>, random: () => number, length = items.length): void {
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const kept = items[last]!;
    items[last] = items[other]!;
    items[other] = kept;
  }
}

/** A shuffled copy of the items; the given list is unchanged. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const result = [...items];
  shuffle(result, random);
  return result;
}
