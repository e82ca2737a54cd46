import { randomUUID } from 'node:crypto';
import { sql, type SQL } from 'drizzle-orm';
import { text, timestamp, type AnyPgColumn } from 'drizzle-orm/pg-core';

/** The columns for a table with leased rows; spread them into its columns. */
export const leaseColumns = () => ({
  /** The last replica that took the row and has not released it; null when there is none. */
  leaseOwner: text('lease_owner'),
  /** No other replica takes the row until then, by the clock of the database; null when it is free. */
  leaseUntil: timestamp('lease_until', { withTimezone: true }),
});

interface LeasedTable {
  leaseOwner: AnyPgColumn;
  leaseUntil: AnyPgColumn;
}

/** A renewal found that the lease had expired, and another replica may have the work now. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';

  constructor() {
    super('The lease was lost: another replica may have taken over.');
  }
}

/**
 * Lets one replica take rows of a table for a limited time: values to set and conditions on a row, for the queries
 * of a store. Each instance is a separate owner. A lease expires by the database's clock, which all replicas
 * share, so a crashed replica holds no row for long.
 *
 * - take: `set(taken)` where `isFree`
 * - renew: `set(renewed)` where `isHeld`; no updated row means that the lease was lost
 * - release: `set(released)` where `isOwned`, so that a replica cannot release a row that another one took over
 */
export class Lease {
  /** The id of this replica. */
  readonly owner: string = randomUUID();
  readonly taken: { leaseOwner: string; leaseUntil: SQL<Date> };
  readonly renewed: { leaseUntil: SQL<Date> };
  readonly released = { leaseOwner: null, leaseUntil: null };
  /** The row has no owner. */
  readonly isFree: SQL;
  /** The row is ours, and the lease has not ended. */
  readonly isHeld: SQL;
  /** The row was ours last, whether or not the lease has ended. */
  readonly isOwned: SQL;

  /** @param seconds from taking or renewing to the end */
  constructor(
    { leaseOwner, leaseUntil }: LeasedTable,
    readonly seconds: number,
  ) {
    const end = sql<Date>`now() + ${seconds} * interval '1 second'`;
    this.taken = { leaseOwner: this.owner, leaseUntil: end };
    this.renewed = { leaseUntil: end };
    this.isFree = sql`(${leaseUntil} is null or ${leaseUntil} <= now())`;
    this.isOwned = sql`${leaseOwner} = ${this.owner}`;
    this.isHeld = sql`(${this.isOwned} and ${leaseUntil} > now())`;
  }

  /** How often a lease must be renewed so that one renewal may fail. */
  get renewEveryMs(): number {
    return (this.seconds * 1_000) / 3;
  }

  /**
   * Works while the lease is renewed in time. The work's signal is aborted with a `LeaseLostError` when a renewal finds
   * the lease lost, and when none succeeded for as long as a lease lasts; the work then stops as soon as it can.
   * @param renew resolves with whether the lease was still held; may reject, as while the database is away
   */
  async whileRenewing<T>(renew: () => Promise<boolean>, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const ending = new AbortController();
    let heldAt = performance.now();
    let isRenewing = false;
    const attempt = async (): Promise<void> => {
      const begun = performance.now();
      let isLost: boolean;
      try {
        isLost = !(await renew());
        if (!isLost) heldAt = begun;
      } catch {
        isLost = performance.now() - heldAt >= this.seconds * 1_000;
      }
      if (isLost) ending.abort(new LeaseLostError());
    };
    const timer = setInterval(() => {
      if (isRenewing) return;
      isRenewing = true;
      void attempt().finally(() => (isRenewing = false));
    }, this.renewEveryMs);
    try {
      return await work(ending.signal);
    } finally {
      clearInterval(timer);
    }
  }
}
