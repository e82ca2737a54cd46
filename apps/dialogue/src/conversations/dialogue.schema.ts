import { sql } from 'drizzle-orm';
import { bigint, index, integer, json, pgSchema, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { type BotMessage, type Envelope } from '#contracts';
import { type Event, type TrackerSnapshot } from '#dialogue-engine';
import { leaseColumns } from '#store';

export const dialogueSchema = pgSchema('dialogue');

/** The current state of each conversation, from which the next turn starts. */
export const conversations = dialogueSchema.table('conversations', {
  id: text().primaryKey(),
  /** Number of the newest turn. A writer that loaded an older version is refused. */
  version: integer().notNull(),
  /** The state after turn `snapshotVersion`. Loading applies the later turns to it. */
  snapshot: json().$type<TrackerSnapshot>().notNull(),
  snapshotVersion: integer('snapshot_version').notNull(),
  /** Key of the host that has the conversation; null while the assistant has it. */
  handedOffTo: text('handed_off_to'),
  updatedAt: timestamp('updated_at', { withTimezone: true })
    .notNull()
    .default(sql`now()`),
});

/** The recorded result of a message. A repeated delivery of the message gets the same result. */
export type TurnOutcome =
  | { kind: 'completed'; messages: BotMessage[] }
  /** The host's answer follows; `messages` are said before it. */
  | { kind: 'forwarded'; messages: BotMessage[]; host: string; text: string; isFirst: boolean };

/** The event log: one row for each turn, append-only. */
export const turns = dialogueSchema.table(
  'turns',
  {
    conversationId: text('conversation_id').notNull(),
    /** Counts from 1, without gaps. */
    number: integer().notNull(),
    messageId: text('message_id').notNull(),
    /** The person's text; null when the assistant spoke by itself. */
    userText: text('user_text'),
    events: json().$type<Event[]>().notNull(),
    outcome: json().$type<TurnOutcome>().notNull(),
    recordedAt: timestamp('recorded_at', { withTimezone: true })
      .notNull()
      .default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.number] }),
    uniqueIndex('turns_message').on(table.conversationId, table.messageId),
  ],
);

/** The due times of reminders. Their content is in the conversation. */
export const reminders = dialogueSchema.table(
  'reminders',
  {
    conversationId: text('conversation_id').notNull(),
    name: text().notNull(),
    dueAt: timestamp('due_at', { withTimezone: true }).notNull(),
    /** The output channel of the turn that scheduled the reminder. */
    outputChannel: text('output_channel').notNull(),
    /**
     * Lease of the replica that published the due reminder. If no turn follows, the reminder is due again at its end.
     */
    ...leaseColumns(),
    /** The same for replicas of version 0.1: the time of publication. A trigger keeps both in step. */
    announcedAt: timestamp('announced_at', { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.name] }), index('reminders_due').on(table.dueAt)],
);

/** Turns that wait for the event stream, oldest first. The turns of a conversation keep their order. */
export const unstreamedTurns = dialogueSchema.table('unstreamed_turns', {
  position: bigint({ mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
  conversationId: text('conversation_id').notNull(),
  number: integer().notNull(),
});

/**
 * Notifications that wait until their conversation has no open question. The table keeps its original name, because
 * replicas of version 0.1 use it during an update.
 */
export const waitingNotifications = dialogueSchema.table(
  'waiting_news',
  {
    /** Permanent id of the notification. */
    id: text().primaryKey(),
    conversationId: text('conversation_id').notNull(),
    /** The event that caused the notification. */
    event: json().$type<Envelope>().notNull(),
    /** Earliest time of sending. A trigger keeps it after the end of the lease, for replicas of version 0.1. */
    notBefore: timestamp('not_before', { withTimezone: true })
      .notNull()
      .default(sql`now()`),
    ...leaseColumns(),
  },
  (table) => [index('waiting_news_time').on(table.notBefore)],
);
