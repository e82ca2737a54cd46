import { Injectable } from '@nestjs/common';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { type Envelope } from '#contracts';
import { Lease, Store } from '#store';
import { waitingNotifications } from '../conversations/dialogue.schema.js';

/** Maximum number of notifications in one batch. */
const BATCH = 50;
/** Length of a lease that is not renewed, in seconds. */
const LEASE_S = 10;

export type WaitingNotification = typeof waitingNotifications.$inferSelect;

/** Notifications that wait to be sent. */
@Injectable()
export class NotificationStore {
  /** The lease on the notifications that this replica took. */
  readonly lease = new Lease(waitingNotifications, LEASE_S);

  constructor(private readonly store: Store) {}

  /** Adds a notification. Adding the same one again changes nothing. */
  async keep(id: string, conversationId: string, event: Envelope): Promise<void> {
    await this.store.run((db) =>
      db.insert(waitingNotifications).values({ id, conversationId, event }).onConflictDoNothing(),
    );
  }

  /** Takes due notifications under a lease, the oldest first. */
  async takeDue(): Promise<WaitingNotification[]> {
    const due = sql`select id from ${waitingNotifications} where not_before <= now() and ${this.lease.isFree}
      order by not_before limit ${BATCH} for update skip locked`;
    const taken = await this.store.run((db) =>
      db
        .update(waitingNotifications)
        .set(this.lease.taken)
        .where(sql`id in (${due})`)
        .returning(),
    );
    return taken.sort((a, b) => a.event.time.localeCompare(b.event.time));
  }

  /** Renews the lease of notifications that are still being sent. @returns the ids that this replica still held */
  async renew(ids: Iterable<string>): Promise<Set<string>> {
    const held = await this.store.run((db) =>
      db
        .update(waitingNotifications)
        .set(this.lease.renewed)
        .where(and(inArray(waitingNotifications.id, [...ids]), this.lease.isHeld))
        .returning({ id: waitingNotifications.id }),
    );
    return new Set(held.map(({ id }) => id));
  }

  /**
   * Releases a notification and makes it due again after this time. Does nothing when another replica has taken it
   * over.
   */
  async postpone(id: string, seconds: number): Promise<void> {
    await this.store.run((db) =>
      db
        .update(waitingNotifications)
        .set({ ...this.lease.released, notBefore: sql`now() + ${seconds} * interval '1 second'` })
        .where(and(eq(waitingNotifications.id, id), this.lease.isOwned)),
    );
  }

  /** Removes a notification that was sent or will never be sent, no matter which replica holds it. */
  async forget(id: string): Promise<void> {
    await this.store.run((db) => db.delete(waitingNotifications).where(eq(waitingNotifications.id, id)));
  }
}
