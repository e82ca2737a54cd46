import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '#testing';
import { VirtualClock } from './clock.js';

describe('The clock', () => {
  it('runs scheduled events in order, each at its time, including events scheduled meanwhile', () => {
    const clock = new VirtualClock(1_000, true);
    const happened: [string, number][] = [];
    const note = (what: string) => (): void => void happened.push([what, clock.now()]);
    clock.after(20, note('second'));
    clock.after(10, () => {
      note('first')();
      clock.after(5, note('arranged meanwhile'));
    });
    clock.after(31, note('later'));
    clock.advance(30);
    expect(happened).toEqual([
      ['first', 1_010],
      ['arranged meanwhile', 1_015],
      ['second', 1_020],
    ]);
    expect(clock.now()).toBe(1_030);
  });

  it('runs with the machine’s clock when it is not frozen, and can be ahead of it', async () => {
    const clock = new VirtualClock(0, false);
    clock.advance(3_600_000);
    let happened = 0;
    clock.after(1, () => (happened = clock.now()));
    await waitUntil('the appointment came', () => happened > 0);
    expect(happened).toBeGreaterThan(3_600_000);
    clock.clear();
  });
});
