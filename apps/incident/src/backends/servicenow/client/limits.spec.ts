import { describe, expect, it } from '@jest/globals';
import { ConcurrencyLimiter } from './concurrency-limiter.js';
import { penaltyOf, RateBudget } from './rate-budget.js';

const never = new AbortController().signal;

describe('The concurrency limiter', () => {
  it('runs calls up to its limit and the others in order of arrival', async () => {
    const slots = new ConcurrencyLimiter(2, () => 0);
    const order: number[] = [];
    const calls = [0, 1, 2, 3].map(async (call) => {
      const release = await slots.take(never);
      order.push(call);
      return release;
    });
    const first = await calls[0];
    await calls[1];
    expect(order).toEqual([0, 1]);
    first?.();
    (await calls[2])?.();
    await calls[3];
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('drops a waiting call whose time is over', async () => {
    const slots = new ConcurrencyLimiter(1, () => 0);
    const release = await slots.take(never);
    const ending = new AbortController();
    const late = slots.take(ending.signal);
    ending.abort();
    await expect(late).rejects.toMatchObject({ kind: 'timeout', mayHaveHappened: false });
    await expect(slots.take(AbortSignal.abort())).rejects.toMatchObject({ kind: 'timeout' });
    release();
    await expect(slots.take(never)).resolves.toEqual(expect.any(Function));
  });

  it('halves its limit for a while when the instance is busy, and keeps at least one slot', () => {
    let now = 0;
    const [eight, one] = [new ConcurrencyLimiter(8, () => now), new ConcurrencyLimiter(1, () => now)];
    eight.halveFor(60_000);
    one.halveFor(60_000);
    expect([eight.open, one.open]).toEqual([4, 1]);
    now = 60_000;
    expect([eight.open, one.open]).toEqual([8, 1]);
  });
});

describe('The rate budget', () => {
  const headers = (limit: number, reset: number) => ({
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-rule': 'rule',
    date: new Date(1_000_000).toUTCString(),
  });

  it('allows every call until the instance names a rule', () => {
    const budget = new RateBudget(() => 0);
    for (let call = 0; call < 1_000; call++) budget.take('incident', false);
  });

  it('runs out with the window’s allowance and is full again in the next window', () => {
    let now = 0;
    const budget = new RateBudget(() => now);
    budget.take('incident', false);
    // The instance's clock says 1000 s, and the window ends at 1600 s.
    budget.learn('incident', headers(10, 1_600));
    for (let call = 1; call < 10; call++) {
      budget.take('incident', false);
      budget.learn('incident', headers(10, 1_600));
    }
    expect(() => budget.take('incident', false)).toThrow(
      expect.objectContaining({ kind: 'rate-limited', retryAfterMs: 600_000 }),
    );
    expect(() => budget.take('sys_user', false)).not.toThrow();
    now = 600_000;
    expect(() => budget.take('incident', false)).not.toThrow();
  });

  it('counts calls that were in progress when the rule became known', () => {
    const budget = new RateBudget(() => 0);
    for (let call = 0; call < 8; call++) budget.take('incident', false);
    budget.learn('incident', headers(10, 1_600));
    for (let call = 0; call < 8; call++) budget.done('incident');
    budget.take('incident', false);
    budget.take('incident', false);
    expect(() => budget.take('incident', false)).toThrow(expect.objectContaining({ kind: 'rate-limited' }));
  });

  it('reserves three quarters of the window for calls that people wait for', () => {
    const budget = new RateBudget(() => 0);
    budget.learn('incident', headers(100, 1_600));
    for (let call = 0; call < 25; call++) budget.take('incident', true);
    expect(() => budget.take('incident', true)).toThrow(expect.objectContaining({ kind: 'rate-limited' }));
    expect(() => budget.take('incident', false)).not.toThrow();
  });
});

describe('The pause after a 429', () => {
  it.each([
    ['seconds', { 'retry-after': '1264' }, 1_264_000],
    [
      'a date by the instance’s clock',
      { 'retry-after': 'Thu, 01 Jan 1970 00:10:00 GMT', date: 'Thu, 01 Jan 1970 00:09:00 GMT' },
      60_000,
    ],
    ['the end of the window', { 'x-ratelimit-reset': '130' }, 30_000],
    ['at least a second', { 'retry-after': '0' }, 1_000],
    ['at most an hour', { 'retry-after': '999999999' }, 3_600_000],
    ['nothing', {}, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
  ])('is %s', (_, headers, ms) => {
    expect(penaltyOf(headers as Record<string, string>, 100_000)).toBe(ms);
  });
});
