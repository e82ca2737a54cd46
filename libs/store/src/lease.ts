import { sql, type SQL } from 'drizzle-orm';

/** For how long what a replica took is its own unless it renews that; after it the replica counts as dead. Seconds. */
const LEASE_S = 10;

/** When a lease that is taken or renewed now ends, by the clock of the database, which all replicas share. */
export const leaseEnd: SQL<Date> = sql`now() + ${LEASE_S} * interval '1 second'`;

/**
 * Works while a lease is renewed in time. A renewal that fails does not stop the work: with the database away, two may
 * come to do the same, and the work must bear that.
 */
export async function whileRenewing<T>(renew: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => void renew().catch(() => undefined), (LEASE_S * 1_000) / 3);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
