import { and, eq, gt, sql, type SQL } from 'drizzle-orm';
import { type Database } from '#store';
import { type Event, type TrackerSnapshot } from '#dialogue-engine';
import { conversations, reminders, turns, unstreamedTurns } from './dialogue.schema.js';

export type Statements = ReturnType<typeof prepareStatements>;

/** What is asked of a conversation before a turn. */
export interface AskedConversation {
  /** Position in the batch. */
  at: number;
  id: string;
  messageId: string;
  /** Version whose snapshot is at hand, so that it need not be read; -1 when none is. */
  knownVersion: number;
}

/** A turn as it is recorded: its conversation stands at `number` afterwards, if it stood at the number before. */
export interface WrittenTurn {
  id: string;
  number: number;
  messageId: string;
  userText: string | null;
  /** JSON, as are the outcome and the snapshot: text in a database cannot hold all characters that JSON allows. */
  events: string;
  outcome: string;
  handedOffTo: string | null;
  /** Null when the events are enough this time. */
  snapshot: string | null;
}

/**
 * The rows of a JSON array that is given as `rows`, their number as `count`: from that alone the planner sees that they are
 * few, and looks them up by index instead of reading whole tables.
 */
const rowsAs = (columns: string): SQL =>
  sql`select * from json_to_recordset(${sql.placeholder('rows')}::json) as ${sql.raw(`rows(${columns})`)}
    limit ${sql.placeholder('count')}`;

/**
 * The statements of a turn, prepared because every message needs them; each serves a batch of turns, given as a JSON
 * array. Recording is one statement, so it is one transaction and one round trip: a turn is inserted for each conversation
 * that was written, which those are not whose version is another. With `isStreamed` the turns are also noted as waiting
 * for the event stream.
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
    // By the asked id, so that one look into an index finds the turn, however many its conversation has.
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
