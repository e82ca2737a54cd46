import { describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from './circuit-breaker.js';

describe('CircuitBreaker', () => {
  function broken() {
    let now = 0;
    const breaker = new CircuitBreaker(() => now);
    for (let i = 0; i < 5; i++) breaker.failed();
    return { breaker, pass: (ms: number) => (now += ms) };
  }

  it('lets calls pass until five in a row failed', () => {
    const breaker = new CircuitBreaker(() => 0);
    for (let i = 0; i < 4; i++) breaker.failed();
    expect(breaker.allows()).toBe(true);
    breaker.succeeded();
    for (let i = 0; i < 4; i++) breaker.failed();
    expect(breaker.allows()).toBe(true);
    breaker.failed();
    expect(breaker.allows()).toBe(false);
  });

  it('lets one call try after a pause, and refuses the others until it has ended', () => {
    const { breaker, pass } = broken();
    pass(5_000);
    expect(breaker.allows()).toBe(true);
    expect(breaker.allows()).toBe(false);
  });

  it('lets all pass once a try succeeded, and pauses again after one that failed', () => {
    const { breaker, pass } = broken();
    pass(5_000);
    breaker.failed();
    expect(breaker.allows()).toBe(false);
    pass(5_000);
    breaker.succeeded();
    expect([breaker.allows(), breaker.allows()]).toEqual([true, true]);
  });
});
