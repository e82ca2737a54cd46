import { Injectable } from '@nestjs/common';
import { and, desc, eq, gt, sql } from 'drizzle-orm';
import { isDuplicate, Store, type Database } from '#store';
import { type Event, type TrackerSnapshot } from '#dialogue-engine';
import { conversations, turns, type TurnOutcome } from './dialogue.schema.js';
import { RecentSnapshots } from './recent-snapshots.js';

/** A snapshot costs more to write than the events of a turn, and reading applies at most so many turns to it. */
const TURNS_PER_SNAPSHOT = 8;

/** A conversation as the next turn finds it: a snapshot and what happened after it. */
export interface Conversation {
  id: string;
  /** Number of its newest turn, 0 before the first one. */
  version: number;
  snapshot?: TrackerSnapshot;
  /** Number of the turn that left the newest stored snapshot. */
  snapshotVersion: number;
  eventsSince: Event[];
  handedOffTo: string | null;
}

export interface RecordedTurn {
  number: number;
  outcome: TurnOutcome;
}

export interface NewTurn {
  messageId: string;
  userText: string | null;
  events: Event[];
  outcome: TurnOutcome;
  /** Where the conversation stands after the turn. */
  snapshot: TrackerSnapshot;
  handedOffTo: string | null;
}

/** Somebody else recorded a turn of this conversation first: read it again and start the turn afresh. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

/** The only writer of conversation state. */
@Injectable()
export class ConversationStore {
  private readonly recent = new RecentSnapshots();
  private prepared: Statements | undefined;

  constructor(private readonly store: Store) {}

  /** Reads a conversation together with the turn of a message, when that was recorded before. */
  async load(id: string, messageId: string): Promise<{ conversation: Conversation; recorded?: RecordedTurn }> {
    const known = this.recent.get(id);
    const [row] = await this.store.run((db) =>
      this.statements(db).load.execute({ id, messageId, knownVersion: known?.version ?? -1 }),
    );
    if (!row) {
      return { conversation: { id, version: 0, snapshotVersion: 0, eventsSince: [], handedOffTo: null } };
    }
    const { version, snapshotVersion, handedOffTo, number, outcome } = row;
    const isKnown = known?.version === version;
    const snapshot = isKnown ? known.snapshot : row.snapshot;
    return {
      conversation: {
        id,
        version,
        snapshotVersion,
        eventsSince: isKnown ? [] : (row.eventsSince ?? []).flat(),
        handedOffTo,
        ...(snapshot && { snapshot }),
      },
      ...(number !== null && outcome && { recorded: { number, outcome } }),
    };
  }

  /** Reads the turn of a message, if it was recorded. */
  async findTurn(conversationId: string, messageId: string): Promise<RecordedTurn | undefined> {
    const [row] = await this.store.run((db) =>
      db
        .select({ number: turns.number, outcome: turns.outcome })
        .from(turns)
        .where(and(eq(turns.conversationId, conversationId), eq(turns.messageId, messageId))),
    );
    return row;
  }

  /**
   * Records a turn in one transaction: its events and outcome, now and then a snapshot, and that the conversation stands
   * there, if its version still is the one that was read.
   * @returns the turn's number.
   * @throws VersionConflict when it is not.
   */
  async record({ id, version, snapshotVersion }: Conversation, turn: NewTurn): Promise<number> {
    const number = version + 1;
    const { messageId, userText, events, outcome, snapshot, handedOffTo } = turn;
    const values = { id, version, number, handedOffTo, messageId, userText };
    const documents = { events: JSON.stringify(events), outcome: JSON.stringify(outcome) };
    const isSnapshotDue = version === 0 || number - snapshotVersion >= TURNS_PER_SNAPSHOT;
    let written: unknown[];
    try {
      written = await this.store.run((db) => {
        const { record, recordWithSnapshot } = this.statements(db);
        return isSnapshotDue
          ? recordWithSnapshot.execute({ ...values, ...documents, snapshot: JSON.stringify(snapshot) })
          : record.execute({ ...values, ...documents });
      });
    } catch (error) {
      if (isDuplicate(error)) throw new VersionConflict(`Turn ${number} exists.`, { cause: error });
      throw error;
    }
    if (written.length === 0) throw new VersionConflict(`Turn ${number} was taken by another replica.`);
    this.recent.set(id, { version: number, snapshot });
    return number;
  }

  /** The newest turns after a number, oldest first. */
  async turnsAfter(conversationId: string, number: number, limit: number) {
    const rows = await this.store.run((db) =>
      db
        .select({
          number: turns.number,
          userText: turns.userText,
          outcome: turns.outcome,
          recordedAt: turns.recordedAt,
        })
        .from(turns)
        .where(and(eq(turns.conversationId, conversationId), gt(turns.number, number)))
        .orderBy(desc(turns.number))
        .limit(limit),
    );
    return rows.reverse();
  }

  private statements(db: Database): Statements {
    this.prepared ??= prepareStatements(db);
    return this.prepared;
  }
}

type Statements = ReturnType<typeof prepareStatements>;

/**
 * The statements of a turn, prepared because every message needs them. Recording is one statement, so it is one
 * transaction and one round trip: the turn is inserted for the conversation that was written, which is none when its
 * version is another.
 */
function prepareStatements(db: Database) {
  const given = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}`;
  const known = eq(conversations.version, given('knownVersion', 'int'));
  const eventsSince = db
    .select({ list: sql`json_agg(${turns.events} order by ${turns.number})` })
    .from(turns)
    .where(and(eq(turns.conversationId, conversations.id), gt(turns.number, conversations.snapshotVersion)));
  const load = db
    .select({
      version: conversations.version,
      snapshotVersion: conversations.snapshotVersion,
      handedOffTo: conversations.handedOffTo,
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
  const inserted = { number: turns.number };
  return {
    load: load.prepare('load_conversation'),
    record: db.with(updated).insert(turns).select(turn).returning(inserted).prepare('record_turn'),
    recordWithSnapshot: db
      .with(upserted)
      .insert(turns)
      .select(turn)
      .returning(inserted)
      .prepare('record_with_snapshot'),
  };
}
