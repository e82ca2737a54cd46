import { Injectable } from '@nestjs/common';
import { and, desc, eq, gt, sql } from 'drizzle-orm';
import { isDuplicate, Store, type Database } from '#store';
import { type Event, type TrackerSnapshot } from '#dialogue-engine';
import { conversations, turns, type TurnOutcome } from './dialogue.schema.js';

/** A conversation as the next turn finds it. */
export interface Conversation {
  id: string;
  /** 0 before the first turn. */
  version: number;
  snapshot?: TrackerSnapshot;
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
  private loading: ReturnType<typeof prepareLoading> | undefined;

  constructor(private readonly store: Store) {}

  /** Reads a conversation together with the turn of a message, when that was recorded before. */
  async load(id: string, messageId: string): Promise<{ conversation: Conversation; recorded?: RecordedTurn }> {
    const [row] = await this.store.run((db) => {
      this.loading ??= prepareLoading(db);
      return this.loading.execute({ id, messageId });
    });
    if (!row) return { conversation: { id, version: 0, handedOffTo: null } };
    const { version, snapshot, handedOffTo } = row.conversation;
    return {
      conversation: { id, version, snapshot, handedOffTo },
      ...(row.number !== null && row.outcome && { recorded: { number: row.number, outcome: row.outcome } }),
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
   * Records a turn in one transaction: its events and outcome, and the new snapshot where the version is the one that
   * was read.
   * @returns the turn's number.
   * @throws VersionConflict when it is not.
   */
  async record({ id, version }: Conversation, turn: NewTurn): Promise<number> {
    const number = version + 1;
    const { messageId, userText, events, outcome, snapshot, handedOffTo } = turn;
    // One statement is one transaction and one round trip. The turn is inserted for the conversation that was written,
    // which is none when its version is another.
    const statement = sql`
      with written as (
        insert into ${conversations} as conversation (id, version, snapshot, handed_off_to)
        select ${id}, ${number}::int, ${JSON.stringify(snapshot)}::json, ${handedOffTo}
        where ${version}::int = 0 or exists (select from ${conversations} where id = ${id})
        on conflict (id) do update
        set version = excluded.version, snapshot = excluded.snapshot, handed_off_to = excluded.handed_off_to,
          updated_at = now()
        where conversation.version = ${version}::int
        returning id
      )
      insert into ${turns} (conversation_id, number, message_id, user_text, events, outcome)
      select id, ${number}::int, ${messageId}, ${userText}, ${JSON.stringify(events)}::json, ${JSON.stringify(outcome)}::json
      from written
      returning number`;
    let written: { rows: unknown[] };
    try {
      written = (await this.store.run((db) => db.execute(statement))) as { rows: unknown[] };
    } catch (error) {
      if (isDuplicate(error)) throw new VersionConflict(`Turn ${number} exists.`, { cause: error });
      throw error;
    }
    if (written.rows.length === 0) throw new VersionConflict(`Turn ${number} was taken by another replica.`);
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
}

/** Built once: it is asked for every message. */
const prepareLoading = (db: Database) =>
  db
    .select({ conversation: conversations, number: turns.number, outcome: turns.outcome })
    .from(conversations)
    .leftJoin(turns, and(eq(turns.conversationId, conversations.id), eq(turns.messageId, sql.placeholder('messageId'))))
    .where(eq(conversations.id, sql.placeholder('id')))
    .prepare('load_conversation');
