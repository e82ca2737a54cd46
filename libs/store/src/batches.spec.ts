import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Batches } from './batches.js';
import { StoreUnavailableError } from './store.js';

/** Work that records its batches and waits until they are released. */
class HeldWork {
  readonly batches: number[][] = [];
  private readonly held: (() => void)[] = [];

  readonly work = async (items: number[]): Promise<number[]> => {
    this.batches.push(items);
    await new Promise<void>((resolve) => this.held.push(resolve));
    return items.map((item) => item * 10);
  };

  async release(): Promise<void> {
    for (const resolve of this.held.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('Batches', () => {
  it('start a single item at once, and collect the items that arrive meanwhile', async () => {
    const held = new HeldWork();
    const batches = new Batches(held.work);
    const first = batches.add(1);
    await new Promise((resolve) => setImmediate(resolve));
    const others = [2, 3, 4].map((item) => batches.add(item));
    await new Promise((resolve) => setImmediate(resolve));
    expect(held.batches).toEqual([[1]]);
    await held.release();
    expect(await first).toBe(10);
    expect(held.batches).toEqual([[1], [2, 3, 4]]);
    await held.release();
    expect(await Promise.all(others)).toEqual([20, 30, 40]);
  });

  it('let no item fail because of another', async () => {
    const work = async (items: number[]) => {
      if (items.includes(2)) throw new Error('2 is wrong');
      return items.map(String);
    };
    const batches = new Batches(work);
    const results = await Promise.allSettled([1, 2, 3].map((item) => batches.add(item)));
    expect(results).toMatchObject([{ value: '1' }, { reason: { message: '2 is wrong' } }, { value: '3' }]);
  });

  it('do not retry one by one while the database is unavailable', async () => {
    let calls = 0;
    const batches = new Batches(async () => {
      calls++;
      throw new StoreUnavailableError('away');
    });
    const results = await Promise.allSettled([1, 2, 3].map((item) => batches.add(item)));
    expect(
      results.map((result) => result.status === 'rejected' && result.reason instanceof StoreUnavailableError),
    ).toEqual([true, true, true]);
    expect(calls).toBe(1);
    await expect(batches.add(4)).rejects.toThrow(StoreUnavailableError);
  });

  it('give each item its own result, in any order and with any failures', async () => {
    const item = fc.record({ value: fc.nat(200), isBad: fc.boolean(), isLater: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 130 }), async (items) => {
        const batches = new Batches(async (together: typeof items) => {
          await new Promise((resolve) => setImmediate(resolve));
          if (together.some(({ isBad }) => isBad)) throw new Error('one is bad');
          return together.map(({ value }) => value * 10);
        });
        const results = [];
        for (const each of items) {
          if (each.isLater) await new Promise((resolve) => setImmediate(resolve));
          results.push(
            batches.add(each).then(
              (value) => value,
              (error: Error) => error.message,
            ),
          );
        }
        expect(await Promise.all(results)).toEqual(
          items.map(({ value, isBad }) => (isBad ? 'one is bad' : value * 10)),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('contain at most fifty items', async () => {
    const sizes: number[] = [];
    const batches = new Batches(async (items: number[]) => {
      sizes.push(items.length);
      return items;
    });
    await Promise.all(Array.from({ length: 120 }, (_, item) => batches.add(item)));
    expect(Math.max(...sizes)).toBe(50);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(120);
  });

  it('fail with an Error even when something else was thrown', async () => {
    const batches = new Batches(jest.fn<(items: number[]) => Promise<number[]>>().mockRejectedValue('a text'));
    await expect(batches.add(1)).rejects.toThrow(new Error('a text'));
  });
});
