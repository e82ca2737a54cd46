import { Injectable } from '@nestjs/common';
import { and, eq, sql } from 'drizzle-orm';
import { Store } from '#store';
import { reminders } from '../conversations/dialogue.schema.js';

/** Reminders that are taken at once. */
const BATCH = 100;

/** A reminder whose time has come. */
export interface DueReminder {
  conversationId: string;
  name: string;
  dueAt: Date;
  outputChannel: string;
}

/** Finds due reminders; they are written with the turns that schedule and end them. */
@Injectable()
export class ReminderStore {
  constructor(private readonly store: Store) {}

  /**
   * Takes due reminders to announce them: of several replicas only one gets each. One that is still there a minute
   * later was lost on the way and is due again.
   */
  takeDue(): Promise<DueReminder[]> {
    const due = sql`select conversation_id, name from ${reminders}
      where due_at <= now() and (announced_at is null or announced_at < now() - interval '1 minute')
      order by due_at limit ${BATCH} for update skip locked`;
    return this.store.run((db) =>
      db
        .update(reminders)
        .set({ announcedAt: sql`now()` })
        .where(sql`(conversation_id, name) in (${due})`)
        .returning({
          conversationId: reminders.conversationId,
          name: reminders.name,
          dueAt: reminders.dueAt,
          outputChannel: reminders.outputChannel,
        }),
    );
  }

  /** Lets a reminder be due again that could not be announced. */
  async release({ conversationId, name }: Pick<DueReminder, 'conversationId' | 'name'>): Promise<void> {
    await this.store.run((db) =>
      db
        .update(reminders)
        .set({ announcedAt: null })
        .where(and(eq(reminders.conversationId, conversationId), eq(reminders.name, name))),
    );
  }

  /** Removes a reminder that its conversation no longer knows. */
  async forget({ conversationId, name, dueAt }: Omit<DueReminder, 'outputChannel'>): Promise<void> {
    await this.store.run((db) =>
      db
        .delete(reminders)
        .where(and(eq(reminders.conversationId, conversationId), eq(reminders.name, name), eq(reminders.dueAt, dueAt))),
    );
  }
}
