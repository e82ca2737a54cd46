import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InFlight } from './in-flight.js';
import { later, turnOfTheLoop } from '../later.fixture.js';

const NEVER_REACHED_MS = 600_000;

describe('Work in flight', () => {
  it('counts started and unfinished work, for success and failure, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 12 }), async (ends) => {
        const inFlight = new InFlight();
        const open = ends.map(() => {
          const { promise, resolve, reject } = later();
          inFlight.add(promise).catch(() => undefined);
          return { resolve, reject };
        });
        expect(inFlight.size).toBe(ends.length);
        const settled = inFlight.settle(NEVER_REACHED_MS);
        for (const [which, isGood] of ends) {
          const [one] = open.splice(which % open.length, 1);
          if (isGood) one?.resolve();
          else one?.reject(new Error('failed'));
          await turnOfTheLoop();
          expect(inFlight.size).toBe(open.length);
        }
        expect(await settled).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('returns the result or the failure of the work', async () => {
    const inFlight = new InFlight();
    expect(await inFlight.add(Promise.resolve(5))).toBe(5);
    await expect(inFlight.add(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('is settled at once when no work is in progress', async () => {
    expect(await new InFlight().settle(NEVER_REACHED_MS)).toBe(true);
  });

  it('reports that it is not settled when some work does not end in time', async () => {
    const inFlight = new InFlight();
    void inFlight.add(new Promise(() => undefined));
    expect(await inFlight.settle(1)).toBe(false);
    expect(inFlight.size).toBe(1);
  });

  it('also waits for work that starts meanwhile', async () => {
    const inFlight = new InFlight();
    const first = later();
    const second = later();
    void inFlight.add(first.promise);
    let isSettled = false;
    const settled = inFlight.settle(NEVER_REACHED_MS).then((value) => (isSettled = value));
    void inFlight.add(second.promise);
    first.resolve();
    await turnOfTheLoop();
    expect(isSettled).toBe(false);
    second.resolve();
    expect(await settled).toBe(true);
  });
});
