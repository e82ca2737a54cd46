import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PgDialect } from 'drizzle-orm/pg-core';
import { leaseEnd, whileRenewing } from './lease.js';

const LEASE_MS = 10_000;

describe('A lease', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('ends by the clock of the database', () => {
    expect(new PgDialect().sqlToQuery(leaseEnd)).toMatchObject({
      sql: "now() + $1 * interval '1 second'",
      params: [10],
    });
  });

  it('is renewed several times before it would end, for as long as the work lasts', async () => {
    const renewals: number[] = [];
    const start = Date.now();
    let finish: (value: string) => void = () => undefined;
    const done = whileRenewing(
      async () => void renewals.push(Date.now() - start),
      () => new Promise<string>((resolve) => (finish = resolve)),
    );
    await jest.advanceTimersByTimeAsync(3 * LEASE_MS);
    const waits = renewals.map((at, i) => at - (renewals[i - 1] ?? 0));
    expect(renewals.length).toBeGreaterThan(3);
    expect(Math.max(...waits)).toBeLessThan(LEASE_MS / 2);
    finish('result');
    expect(await done).toBe('result');
    const { length } = renewals;
    await jest.advanceTimersByTimeAsync(3 * LEASE_MS);
    expect(renewals).toHaveLength(length);
  });

  it('is no longer renewed once the work has failed', async () => {
    let renewals = 0;
    const work = whileRenewing(
      async () => void renewals++,
      () => Promise.reject(new Error('failed')),
    );
    await expect(work).rejects.toThrow('failed');
    await jest.advanceTimersByTimeAsync(3 * LEASE_MS);
    expect(renewals).toBe(0);
  });

  it('that cannot be renewed does not stop the work, and is tried again', async () => {
    let tries = 0;
    let finish: () => void = () => undefined;
    const done = whileRenewing(
      async () => {
        tries++;
        throw new Error('the database is away');
      },
      () => new Promise<void>((resolve) => (finish = resolve)),
    );
    await jest.advanceTimersByTimeAsync(LEASE_MS);
    expect(tries).toBeGreaterThan(1);
    finish();
    await expect(done).resolves.toBeUndefined();
  });
});
