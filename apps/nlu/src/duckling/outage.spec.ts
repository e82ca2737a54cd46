import { describe, expect, it } from '@jest/globals';
import { Outage } from './outage.js';

describe('An outage', () => {
  it('starts with the first failure and ends with the first success', () => {
    const outage = new Outage();
    expect(outage.succeeded()).toBe(false);
    expect([outage.failed(0), outage.failed(1), outage.succeeded(), outage.succeeded()]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(outage.failed(2)).toBe(true);
  });

  it('pauses the server after three consecutive failures, with one trial request after each pause', () => {
    const outage = new Outage();
    for (const now of [0, 1, 2]) {
      expect(outage.mayAsk(now)).toBe(true);
      outage.failed(now);
    }
    expect([3, 9_000, 10_002, 10_003, 20_001, 20_002].map((now) => outage.mayAsk(now))).toEqual([
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
    outage.succeeded();
    expect(outage.mayAsk(20_003)).toBe(true);
  });
});
