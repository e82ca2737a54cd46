import { json, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { type IncidentOpen, type DataOf, type ReplyOf } from '#contracts';

export const incidentSchema = pgSchema('incident');

/** What was asked of the ticket system, once per operation id, and what came of it. */
export const operations = incidentSchema.table('operations', {
  id: text().primaryKey(),
  request: json().$type<DataOf<typeof IncidentOpen>>().notNull(),
  /** Null while it is being carried out. */
  outcome: json().$type<ReplyOf<typeof IncidentOpen>>(),
  recordedAt: timestamp('recorded_at', { withTimezone: true }).notNull().defaultNow(),
});
