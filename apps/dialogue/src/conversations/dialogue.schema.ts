import { sql } from 'drizzle-orm';
import { bigint, index, integer, json, pgSchema, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { type BotMessage, type Envelope } from '#contracts';
import { type Event, type TrackerSnapshot } from '#dialogue-engine';
import { leaseColumns } from '#store';

export const dialogueSchema = pgSchema('dialogue');

/** Where each conversation stands: what the next turn starts from. */
export const conversations = dialogueSchema.table('conversations', {
  id: text().primaryKey(),
  /** Number of the newest turn; a writer that read an older one is refused. */
  version: integer().notNull(),
  /** The conversation as its turn `snapshotVersion` left it; the turns after that are applied to it. */
  snapshot: json().$type<TrackerSnapshot>().notNull(),
  snapshotVersion: integer('snapshot_version').notNull(),
  /** Key of the host that the conversation is handed to; null while it is ours. */
  handedOffTo: text('handed_off_to'),
  updatedAt: timestamp('updated_at', { withTimezone: true })
    .notNull()
    .default(sql`now()`),
});

/** What the service promised about a message, so that a repeated delivery gets the same answer. */
export type TurnOutcome =
  | { kind: 'completed'; messages: BotMessage[] }
  /** The host's answer follows; `messages` are said together with it. */
  | { kind: 'forwarded'; messages: BotMessage[]; host: string; text: string; isFirst: boolean };

/** The event log, one row a turn, appended only. */
export const turns = dialogueSchema.table(
  'turns',
  {
    conversationId: text('conversation_id').notNull(),
    /** From 1, without gaps. */
    number: integer().notNull(),
    messageId: text('message_id').notNull(),
    /** What the person wrote; null when the assistant spoke by itself. */
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

/** When the reminders of conversations are due; what they are stands in the conversation itself. */
export const reminders = dialogueSchema.table(
  'reminders',
  {
    conversationId: text('conversation_id').notNull(),
    name: text().notNull(),
    dueAt: timestamp('due_at', { withTimezone: true }).notNull(),
    /** Of the turn that scheduled it. */
    outputChannel: text('output_channel').notNull(),
    /** Who put the due reminder on the bus; it is due again at the end of the lease, if nothing came of it. */
    ...leaseColumns(),
    /** The same for replicas of version 0.2: when it was put on the bus. A trigger keeps both in step. */
    announcedAt: timestamp('announced_at', { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.name] }), index('reminders_due').on(table.dueAt)],
);

/** Turns that wait for the event stream, oldest first; those of a conversation are in their order. */
export const unstreamedTurns = dialogueSchema.table('unstreamed_turns', {
  position: bigint({ mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
  conversationId: text('conversation_id').notNull(),
  number: integer().notNull(),
});

/**
 * Notifications that wait for a moment in their conversation in which nothing is being asked. The table keeps the name
 * that it was made with, which replicas of version 0.2 use during an update.
 */
export const waitingNotifications = dialogueSchema.table(
  'waiting_news',
  {
    /** Names the notification for ever. */
    id: text().primaryKey(),
    conversationId: text('conversation_id').notNull(),
    /** The event that brought it. */
    event: json().$type<Envelope>().notNull(),
    /** It is not sent before. A trigger keeps it behind the lease, for replicas of version 0.2. */
    notBefore: timestamp('not_before', { withTimezone: true })
      .notNull()
      .default(sql`now()`),
    ...leaseColumns(),
  },
  (table) => [index('waiting_news_time').on(table.notBefore)],
);
