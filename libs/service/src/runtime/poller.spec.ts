import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Poller, type PollerClock } from './poller.js';

/** A clock whose time advances on command. */
class TestClock implements PollerClock {
  readonly waits: number[] = [];
  private timers: { run: () => void }[] = [];

  setTimeout(run: () => void, ms: number): unknown {
    const timer = { run };
    this.timers.push(timer);
    this.waits.push(ms);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.timers = this.timers.filter((each) => each !== timer);
  }

  get waiting(): number {
    return this.timers.length;
  }

  /** Advances to the time of all waiting timers. */
  async pass(): Promise<void> {
    for (const { run } of this.timers.splice(0)) run();
    await settled();
  }
}

/** Resolves when everything that needs no time has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let clock: TestClock;
let errors: unknown[];
/** One function for each unfinished run; it ends the run, optionally with an error. */
let ends: ((error?: Error) => void)[];
let runs: number;
let most: number;
let poller: Poller;

const work = async (): Promise<void> => {
  runs++;
  const isOver = new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  most = Math.max(most, ends.length);
  await isOver;
};
const end = async (error?: Error): Promise<void> => {
  ends.shift()?.(error);
  await settled();
};
const pollerWith = (random: () => number): Poller =>
  new Poller(work, { everyMs: 1_000, onError: (error) => errors.push(error), clock, random });

beforeEach(() => {
  clock = new TestClock();
  errors = [];
  ends = [];
  runs = 0;
  most = 0;
  poller = pollerWith(() => 0.5);
});

describe('A poller', () => {
  it('runs one interval after the start, and one interval after each run', async () => {
    poller.start();
    expect([runs, clock.waits]).toEqual([0, [1_000]]);
    await clock.pass();
    expect([runs, clock.waiting]).toEqual([1, 0]);
    await end();
    expect(clock.waits).toEqual([1_000, 1_000]);
    await clock.pass();
    expect(runs).toBe(2);
  });

  it('varies the delay by up to a tenth, so that replicas do not run in step', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        pollerWith(() => random).start();
        const wait = clock.waits.at(-1)!;
        expect(wait).toBeGreaterThanOrEqual(900);
        expect(wait).toBeLessThanOrEqual(1_100);
      }),
    );
    pollerWith(() => 0).start();
    pollerWith(() => 0.75).start();
    expect(clock.waits.slice(-2)).toEqual([900, 1_050]);
  });

  it('ignores a second start', async () => {
    poller.start();
    poller.start();
    expect(clock.waiting).toBe(1);
  });

  it('continues after an error, and passes it to its handler', async () => {
    const error = new Error('no luck');
    poller.start();
    await clock.pass();
    await end(error);
    expect(errors).toEqual([error]);
    await clock.pass();
    expect(runs).toBe(2);
  });

  it('goes on after work that throws at once', async () => {
    const error = new Error('no luck');
    const failing = new Poller(
      () => {
        throw error;
      },
      { everyMs: 1_000, onError: (each) => errors.push(each), clock },
    );
    failing.start();
    await failing.wake();
    expect([errors, clock.waiting]).toEqual([[error], 1]);
  });

  it('that is woken runs at once, and waits a whole interval afterwards', async () => {
    poller.start();
    void poller.wake();
    expect([runs, clock.waiting]).toEqual([1, 0]);
    await end();
    expect(clock.waiting).toBe(1);
  });

  it('can be woken without being started, and then runs once', async () => {
    const woken = poller.wake();
    await end();
    await woken;
    expect([runs, clock.waiting]).toEqual([1, 0]);
  });

  it('that is woken during a run runs once more right after it, however often it was woken', async () => {
    poller.start();
    void poller.wake();
    let isDone = false;
    const wakes = Promise.all([poller.wake(), poller.wake(), poller.wake()]).then(() => (isDone = true));
    await end();
    expect([runs, most, isDone]).toEqual([2, 1, false]);
    await end();
    await wakes;
    expect([runs, clock.waiting]).toEqual([2, 1]);
  });

  it('that is woken in the very moment a run ends does not run twice at once', async () => {
    const first = poller.wake();
    void poller.wake();
    void first.then(() => poller.wake());
    await end();
    expect([most, ends.length]).toEqual([1, 1]);
  });

  it('that is stopped waits for the present run and begins nothing more', async () => {
    poller.start();
    void poller.wake();
    const woken = poller.wake();
    let isStopped = false;
    const stopping = poller.stop().then(() => (isStopped = true));
    await settled();
    expect(isStopped).toBe(false);
    await end();
    await Promise.all([stopping, woken, poller.wake()]);
    await clock.pass();
    expect([runs, clock.waiting]).toEqual([1, 0]);
  });

  it('loses nothing that is asked for, and never runs twice at once, in whatever order things happen', async () => {
    const steps = fc.array(fc.constantFrom('wake', 'end', 'fail', 'pass'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(steps, async (order) => {
        [runs, most, ends, clock] = [0, 0, [], new TestClock()];
        poller = pollerWith(() => 0.5);
        poller.start();
        const wakes: Promise<void>[] = [];
        for (const step of order) {
          const before = runs;
          const wasIdle = ends.length === 0;
          if (step === 'wake') {
            wakes.push(poller.wake());
            if (wasIdle) expect(runs).toBe(before + 1);
          } else if (step === 'pass') await clock.pass();
          else await end(step === 'fail' ? new Error('no luck') : undefined);
        }
        while (ends.length > 0) await end();
        await Promise.all(wakes);
        expect(most).toBeLessThanOrEqual(1);
        expect(clock.waiting).toBe(1);
      }),
    );
  });
});
