import { Injectable } from '@nestjs/common';
import { eq, inArray, sql } from 'drizzle-orm';
import { type Envelope } from '#contracts';
import { leaseEnd, Store } from '#store';
import { waitingNews } from '../conversations/dialogue.schema.js';

/** News that are taken at once. */
const BATCH = 50;

export type WaitingNews = typeof waitingNews.$inferSelect;

/** News that wait to be told. */
@Injectable()
export class NotificationStore {
  constructor(private readonly store: Store) {}

  /** The same news again changes nothing. */
  async keep(id: string, conversationId: string, event: Envelope): Promise<void> {
    await this.store.run((db) => db.insert(waitingNews).values({ id, conversationId, event }).onConflictDoNothing());
  }

  /** Takes news whose time has come, the oldest first, under a lease; of several replicas only one gets each. */
  async takeDue(): Promise<WaitingNews[]> {
    const due = sql`select id from ${waitingNews} where not_before <= now() order by not_before limit ${BATCH}
      for update skip locked`;
    const taken = await this.store.run((db) =>
      db
        .update(waitingNews)
        .set({ notBefore: leaseEnd })
        .where(sql`id in (${due})`)
        .returning(),
    );
    return taken.sort((a, b) => a.event.time.localeCompare(b.event.time));
  }

  /** Renews the lease of news that are still being told. */
  async renew(ids: Iterable<string>): Promise<void> {
    await this.store.run((db) =>
      db
        .update(waitingNews)
        .set({ notBefore: leaseEnd })
        .where(inArray(waitingNews.id, [...ids])),
    );
  }

  async putOff(id: string, seconds: number): Promise<void> {
    await this.store.run((db) =>
      db
        .update(waitingNews)
        .set({ notBefore: sql`now() + ${seconds} * interval '1 second'` })
        .where(eq(waitingNews.id, id)),
    );
  }

  async forget(id: string): Promise<void> {
    await this.store.run((db) => db.delete(waitingNews).where(eq(waitingNews.id, id)));
  }
}
