import { Injectable } from '@nestjs/common';
import { and, eq, sql } from 'drizzle-orm';
import { Lease, Store } from '#store';
import { reminders } from '../conversations/dialogue.schema.js';

/** Maximum number of reminders in one batch. */
const BATCH = 100;
/** Maximum time from publishing a reminder to its turn, in seconds. After it the message counts as lost. */
const LEASE_S = 60;

/** A reminder whose time has come. */
export interface DueReminder {
  conversationId: string;
  name: string;
  dueAt: Date;
  outputChannel: string;
}

/** Finds due reminders. The turns that schedule and end reminders write them. */
@Injectable()
export class ReminderStore {
  private readonly lease = new Lease(reminders, LEASE_S);

  constructor(private readonly store: Store) {}

  /**
   * Takes due reminders for publishing, under a lease that nobody renews. A reminder that still exists at the end of
   * its lease was lost on the way and is due again.
   */
  takeDue(): Promise<DueReminder[]> {
    const due = sql`select conversation_id, name from ${reminders}
      where due_at <= now() and ${this.lease.isFree}
      order by due_at limit ${BATCH} for update skip locked`;
    return this.store.run((db) =>
      db
        .update(reminders)
        .set(this.lease.taken)
        .where(sql`(conversation_id, name) in (${due})`)
        .returning({
          conversationId: reminders.conversationId,
          name: reminders.name,
          dueAt: reminders.dueAt,
          outputChannel: reminders.outputChannel,
        }),
    );
  }

  /** Makes a reminder due again when it could not be published. */
  async release({ conversationId, name }: Pick<DueReminder, 'conversationId' | 'name'>): Promise<void> {
    await this.store.run((db) =>
      db
        .update(reminders)
        .set(this.lease.released)
        .where(and(eq(reminders.conversationId, conversationId), eq(reminders.name, name), this.lease.isOwned)),
    );
  }

  /** Removes a reminder that no longer exists in its conversation. */
  async forget({ conversationId, name, dueAt }: Omit<DueReminder, 'outputChannel'>): Promise<void> {
    await this.store.run((db) =>
      db
        .delete(reminders)
        .where(and(eq(reminders.conversationId, conversationId), eq(reminders.name, name), eq(reminders.dueAt, dueAt))),
    );
  }
}
