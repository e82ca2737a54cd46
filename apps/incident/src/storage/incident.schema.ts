import { sql } from 'drizzle-orm';
import {
  bigserial,
  boolean,
  customType,
  index,
  integer,
  json,
  pgSchema,
  primaryKey,
  serial,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import { type DataOf, type IncidentUpdated, type Priority } from '#contracts';
import { leaseColumns } from '#store';
import { type Incident, type IncidentState } from '../ports/incident.js';
import { type OperationOutcome, type OperationRequest, type OperationState } from './operation.js';

export const incidentSchema = pgSchema('incident');

const moment = (name: string) => timestamp(name, { withTimezone: true });
const bytes = customType<{ data: Buffer; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (value) => value,
  fromDriver: (value) => Buffer.from(value),
});

/** Requests to the ticket system, one row per operation id, with their outcomes. */
export const operations = incidentSchema.table(
  'operations',
  {
    id: text().primaryKey(),
    request: json().$type<OperationRequest>().notNull(),
    state: text().$type<OperationState>().notNull(),
    /** Null until it is settled. */
    outcome: json().$type<OperationOutcome>(),
    attempts: integer().notNull().default(0),
    /** Earliest time of the next attempt. A trigger keeps it after the end of the lease, for replicas of version 0.1. */
    notBefore: moment('not_before').notNull().defaultNow(),
    ...leaseColumns(),
    /** Since when it may have happened unnoticed; it is looked up before it is repeated. */
    maybeSince: moment('maybe_since'),
    /** The latest failure, for operators. */
    lastFailure: text('last_failure'),
    /** Whether the outcome must be published as a separate message, because nobody waits for it. */
    isToBePublished: boolean('is_to_be_told').notNull().default(false),
    recordedAt: moment('recorded_at').notNull().defaultNow(),
    settledAt: moment('settled_at'),
    publishedAt: moment('told_at'),
  },
  (table) => [
    index('operations_due')
      .on(table.notBefore)
      .where(sql`${table.state} = 'pending'`),
    index('operations_untold')
      .on(table.settledAt)
      .where(sql`${table.isToBePublished} and ${table.outcome} is not null`),
  ],
);

/** The incidents that a conversation is notified of, and what it was already notified of. */
export const watchedIncidents = incidentSchema.table(
  'watched_incidents',
  {
    /** The ticket system's own key. */
    id: text().primaryKey(),
    number: text().notNull(),
    title: text().notNull(),
    /** The conversation to notify: the one that opened the incident or last changed it. */
    conversationId: text('conversation_id').notNull(),
    /** The conversation that opened it; null when it was not opened here. */
    openedIn: text('opened_in'),
    state: text().$type<IncidentState>().notNull(),
    revision: text().notNull(),
    /** Time of the newest comment in a notification. */
    commentsUntil: moment('comments_until').notNull(),
    /** The target state of the caller's own operation. The caller is not notified of it. */
    expectedState: text('expected_state').$type<IncidentState>(),
    /** When the ticket system was last asked for it. */
    checkedAt: moment('looked_at').notNull().defaultNow(),
    /** Whether it was missing then. */
    isMissed: boolean('is_missed').notNull().default(false),
  },
  (table) => [
    index('watched_incidents_opened_in').on(table.openedIn),
    index('watched_incidents_looked_at').on(table.checkedAt),
  ],
);

/**
 * Notifications that wait to be published. The table keeps its original name, because replicas of version 0.1 use it
 * during an update.
 */
export const notifications = incidentSchema.table('news', {
  /** The id of the change. */
  id: text().primaryKey(),
  data: json().$type<DataOf<typeof IncidentUpdated>>().notNull(),
  decidedAt: moment('decided_at').notNull().defaultNow(),
  publishedAt: moment('published_at'),
});

/** What all replicas share about the ticket system; one row per backend. */
export const backends = incidentSchema.table('backends', {
  name: text().primaryKey(),
  /** The position of the poll for changes. */
  cursor: text(),
  /** The lease on the poll for changes. */
  ...leaseColumns(),
  /** The end of the lease for replicas of version 0.1. A trigger keeps both in step. */
  readUntil: moment('read_until'),
  /** The end of the pause that the system asked for. */
  pausedUntil: moment('paused_until'),
});

/** The newest one-time code of a conversation. */
export const codes = incidentSchema.table('codes', {
  conversationId: text('conversation_id').primaryKey(),
  email: text().notNull(),
  hash: text().notNull(),
  triesLeft: integer('tries_left').notNull(),
  expiresAt: moment('expires_at').notNull(),
});

/** A record of every sent code, for rate limits. Addresses are hashed. */
export const sentCodes = incidentSchema.table(
  'sent_codes',
  {
    requestId: text('request_id').primaryKey(),
    conversationId: text('conversation_id').notNull(),
    addressHash: text('address_hash').notNull(),
    sentAt: moment('sent_at').notNull().defaultNow(),
  },
  (table) => [index('sent_codes_time').on(table.sentAt)],
);

/** Addresses that a code confirmed, each in one conversation and for a limited time. */
export const confirmations = incidentSchema.table(
  'confirmations',
  {
    conversationId: text('conversation_id').notNull(),
    email: text().notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.email] })],
);

/** Files that people sent and that are not yet attached. */
export const keptFiles = incidentSchema.table('kept_files', {
  id: text().primaryKey(),
  conversationId: text('conversation_id').notNull(),
  name: text().notNull(),
  mediaType: text('media_type').notNull(),
  content: bytes().notNull(),
  keptAt: moment('kept_at').notNull().defaultNow(),
});

/** Callers' satisfaction ratings. */
export const ratings = incidentSchema.table('ratings', {
  number: text().primaryKey(),
  stars: integer().notNull(),
  ratedAt: moment('rated_at').notNull().defaultNow(),
});

/** Incidents of the local desk, for companies without a ticket system. */
export const deskIncidents = incidentSchema.table(
  'desk_incidents',
  {
    /** The number without its prefix. */
    id: serial().primaryKey(),
    operationId: text('operation_id').notNull().unique(),
    /** Address of the caller, in lower case. */
    caller: text().notNull(),
    title: text().notNull(),
    description: text().notNull(),
    priority: text().$type<Priority>().notNull(),
    state: text().$type<Exclude<IncidentState, 'other'>>().notNull().default('new'),
    waitsFor: text('waits_for').$type<NonNullable<Incident['waitsFor']>>(),
    /** The assignee. */
    assignedTo: text('assigned_to'),
    openedAt: moment('opened_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    resolvedAt: moment('resolved_at'),
    /** Increases with every change of any incident, and so gives the order of changes. */
    change: bigserial({ mode: 'number' }).notNull(),
  },
  (table) => [
    index('desk_incidents_caller').on(table.caller, table.openedAt),
    index('desk_incidents_change').on(table.change),
  ],
);

/** Comments of callers and the desk on an incident. */
export const deskComments = incidentSchema.table(
  'desk_comments',
  {
    id: serial().primaryKey(),
    incidentId: integer('incident_id')
      .notNull()
      .references(() => deskIncidents.id),
    author: text().$type<'caller' | 'desk'>().notNull(),
    name: text().notNull(),
    text: text().notNull(),
    /** Whether only the desk can read it. */
    isInternal: boolean('is_internal').notNull().default(false),
    writtenAt: moment('written_at').notNull().defaultNow(),
  },
  (table) => [index('desk_comments_incident').on(table.incidentId)],
);

export const deskFiles = incidentSchema.table(
  'desk_files',
  {
    id: serial().primaryKey(),
    incidentId: integer('incident_id')
      .notNull()
      .references(() => deskIncidents.id),
    name: text().notNull(),
    mediaType: text('media_type').notNull(),
    content: bytes().notNull(),
    addedAt: moment('added_at').notNull().defaultNow(),
  },
  (table) => [index('desk_files_incident').on(table.incidentId)],
);
