import { and, eq, gt, sql, type SQL } from 'drizzle-orm';
import { type Database } from '#store';
import { type Event, type TrackerSnapshot } from '#dialogue-engine';
import { conversations, reminders, turns, unstreamedTurns } from './dialogue.schema.js';

export type Statements = ReturnType<typeof prepareStatements>;

/** A request for the state of a conversation before a turn. */
export interface AskedConversation {
  /** Position in the batch. */
  at: number;
  id: string;
  messageId: string;
  /** The version whose snapshot the caller has already, so that it need not be read; -1 for none. */
  knownVersion: number;
}

/**
 * A turn to record. It moves its conversation to version `number`, provided that the stored version is `number - 1`.
 */
export interface WrittenTurn {
  id: string;
  number: number;
  messageId: string;
  userText: string | null;
  /** JSON, like the outcome and the snapshot, because a text column cannot hold all characters that JSON allows. */
  events: string;
  outcome: string;
  handedOffTo: string | null;
  /** Null when this turn stores no snapshot, only its events. */
  snapshot: string | null;
}

/**
 * Selects the rows of the JSON array in the placeholder `rows`; the placeholder `count` is their number. The limit
 * shows the planner that there are few rows, so that it uses an index instead of scanning whole tables.
 */
const rowsAs = (columns: string): SQL =>
  sql`select * from json_to_recordset(${sql.placeholder('rows')}::json) as ${sql.raw(`rows(${columns})`)}
    limit ${sql.placeholder('count')}`;

/**
 * The statements of a turn, prepared because every message needs them. Each takes a batch of turns as a JSON array.
 * Recording is one statement, so it is one transaction and one round trip. It updates the conversations whose stored
 * version is the expected one, and inserts a turn for each of these only. With `isStreamed` it also adds the turns to
 * those that wait for the event stream.
 */
export function prepareStatements(db: Database, isStreamed: boolean) {
  const asked = <T>(name: keyof AskedConversation) => sql<T>`asked.${sql.identifier(name)}`;
  const known = sql`${conversations.version} = ${asked('knownVersion')}`;
  const eventsSince = db
    .select({ list: sql`json_agg(${turns.events} order by ${turns.number})` })
    .from(turns)
    .where(and(eq(turns.conversationId, conversations.id), gt(turns.number, conversations.snapshotVersion)));
  const remindersOf = db
    .select({ name: reminders.name })
    .from(reminders)
    .where(eq(reminders.conversationId, conversations.id));
  const load = db
    .select({
      at: asked<number>('at'),
      version: conversations.version,
      snapshotVersion: conversations.snapshotVersion,
      handedOffTo: conversations.handedOffTo,
      hasReminders: sql<boolean>`exists ${remindersOf}`,
      snapshot: sql<TrackerSnapshot | null>`case when ${known} then null else ${conversations.snapshot} end`,
      eventsSince: sql<Event[][] | null>`case when ${known} then null else (${eventsSince}) end`,
      number: turns.number,
      outcome: turns.outcome,
    })
    .from(sql`(${rowsAs(`"at" int, id text, "messageId" text, "knownVersion" int`)}) as asked`)
    .innerJoin(conversations, eq(conversations.id, asked('id')))
    // Joined by the requested id, so that one index lookup finds the turn in a conversation of any length.
    .leftJoin(turns, and(eq(turns.conversationId, asked('id')), eq(turns.messageId, asked('messageId'))));

  const columns = `id text, number int, "messageId" text, "userText" text, events text, outcome text,
    "handedOffTo" text, snapshot text`;
  const given = db.$with('given', {}).as(rowsAs(columns));
  const standing = { version: sql`given.number`, handedOffTo: sql`given."handedOffTo"`, updatedAt: sql`now()` };
  const updated = db.$with('updated').as(
    db
      .update(conversations)
      .set(standing)
      .from(sql`given`)
      .where(
        sql`given.snapshot is null and ${conversations.id} = given.id and ${conversations.version} = given.number - 1`,
      )
      .returning({ id: conversations.id }),
  );
  const upserted = db.$with('upserted').as(
    db
      .insert(conversations)
      .select(
        sql`select id, number, snapshot::json, number, "handedOffTo", now() from given
          where snapshot is not null
            and (number = 1 or exists (select from ${conversations} where ${conversations.id} = given.id))`,
      )
      .onConflictDoUpdate({
        target: conversations.id,
        set: {
          version: sql`excluded.version`,
          snapshot: sql`excluded.snapshot`,
          snapshotVersion: sql`excluded.snapshot_version`,
          handedOffTo: sql`excluded.handed_off_to`,
          updatedAt: sql`now()`,
        },
        setWhere: sql`${conversations.version} = excluded.version - 1`,
      })
      .returning({ id: conversations.id }),
  );
  const turn = sql`select id, number, "messageId", "userText", events::json, outcome::json, now() from given
    where id in (select id from updated union all select id from upserted)`;
  const insertedTurns = db.insert(turns).select(turn).returning({ id: turns.conversationId, number: turns.number });
  const inserted = db.$with('inserted').as(insertedTurns);
  const recorded = isStreamed
    ? db
        .with(given, updated, upserted, inserted)
        .insert(unstreamedTurns)
        .select(sql`select nextval('dialogue.unstreamed_turns_position_seq'), conversation_id, number from inserted`)
        .returning({ id: unstreamedTurns.conversationId })
    : db.with(given, updated, upserted).insert(turns).select(turn).returning({ id: turns.conversationId });
  return {
    load: load.prepare('load_conversations'),
    record: recorded.prepare(`record_turns${isStreamed ? '_streamed' : ''}`),
  };
}
