import { and, eq, gt, sql } from 'drizzle-orm';
import { type Database } from '#store';
import { type Event, type TrackerSnapshot } from '#dialogue-engine';
import { conversations, reminders, turns, unstreamedTurns } from './dialogue.schema.js';

export type Statements = ReturnType<typeof prepareStatements>;

/**
 * The statements of a turn, prepared because every message needs them. Recording is one statement, so it is one
 * transaction and one round trip: the turn is inserted for the conversation that was written, which is none when its
 * version is another. With `isStreamed` the turn is also noted as waiting for the event stream.
 */
export function prepareStatements(db: Database, isStreamed: boolean) {
  const given = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}`;
  const known = eq(conversations.version, given('knownVersion', 'int'));
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
      version: conversations.version,
      snapshotVersion: conversations.snapshotVersion,
      handedOffTo: conversations.handedOffTo,
      hasReminders: sql<boolean>`exists ${remindersOf}`,
      snapshot: sql<TrackerSnapshot | null>`case when ${known} then null else ${conversations.snapshot} end`,
      eventsSince: sql<Event[][] | null>`case when ${known} then null else (${eventsSince}) end`,
      number: turns.number,
      outcome: turns.outcome,
    })
    .from(conversations)
    .leftJoin(turns, and(eq(turns.conversationId, conversations.id), eq(turns.messageId, given('messageId', 'text'))))
    .where(eq(conversations.id, given('id', 'text')));

  const isUnchanged = eq(conversations.version, given('version', 'int'));
  const standing = {
    version: given('number', 'int'),
    handedOffTo: given('handedOffTo', 'text'),
    updatedAt: sql`now()`,
  };
  const updated = db.$with('written').as(
    db
      .update(conversations)
      .set(standing)
      .where(and(eq(conversations.id, given('id', 'text')), isUnchanged))
      .returning({ id: conversations.id }),
  );
  const upserted = db.$with('written').as(
    db
      .insert(conversations)
      .select(
        sql`select ${given('id', 'text')}, ${standing.version}, ${given('snapshot', 'json')}, ${standing.version},
          ${standing.handedOffTo}, now()
          where ${given('version', 'int')} = 0 or exists (select from ${conversations} where id = ${given('id', 'text')})`,
      )
      .onConflictDoUpdate({
        target: conversations.id,
        set: { ...standing, snapshot: sql`excluded.snapshot`, snapshotVersion: standing.version },
        setWhere: isUnchanged,
      })
      .returning({ id: conversations.id }),
  );
  const turn = sql`select id, ${standing.version}, ${given('messageId', 'text')}, ${given('userText', 'text')},
    ${given('events', 'json')}, ${given('outcome', 'json')}, now() from written`;
  const recorded = (written: typeof updated) => {
    const numbered = { conversationId: turns.conversationId, number: turns.number };
    if (!isStreamed) return db.with(written).insert(turns).select(turn).returning(numbered);
    const inserted = db.$with('inserted').as(db.insert(turns).select(turn).returning(numbered));
    return db
      .with(written, inserted)
      .insert(unstreamedTurns)
      .select(sql`select nextval('dialogue.unstreamed_turns_position_seq'), conversation_id, number from inserted`)
      .returning({ conversationId: unstreamedTurns.conversationId, number: unstreamedTurns.number });
  };
  const kind = isStreamed ? '_streamed' : '';
  return {
    load: load.prepare('load_conversation'),
    record: recorded(updated).prepare(`record_turn${kind}`),
    recordWithSnapshot: recorded(upserted).prepare(`record_with_snapshot${kind}`),
  };
}
