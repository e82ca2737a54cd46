import { Injectable } from '@nestjs/common';
import { and, desc, eq, gt } from 'drizzle-orm';
import { isDuplicate, Store } from '#store';
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
  constructor(private readonly store: Store) {}

  /** Reads a conversation together with the turn of a message, when that was recorded before. */
  async load(id: string, messageId: string): Promise<{ conversation: Conversation; recorded?: RecordedTurn }> {
    const [row] = await this.store.run((db) =>
      db
        .select({ conversation: conversations, number: turns.number, outcome: turns.outcome })
        .from(conversations)
        .leftJoin(turns, and(eq(turns.conversationId, conversations.id), eq(turns.messageId, messageId)))
        .where(eq(conversations.id, id)),
    );
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
    try {
      await this.store.transaction(async (db) => {
        await db.insert(turns).values({ conversationId: id, number, messageId, userText, events, outcome });
        const state = { version: number, snapshot, handedOffTo, updatedAt: new Date() };
        const written =
          version === 0
            ? await db
                .insert(conversations)
                .values({ id, ...state })
                .returning({ id: conversations.id })
            : await db
                .update(conversations)
                .set(state)
                .where(and(eq(conversations.id, id), eq(conversations.version, version)))
                .returning({ id: conversations.id });
        if (written.length === 0) throw new VersionConflict(`Turn ${number} of ${id} was taken by another replica.`);
      });
    } catch (error) {
      if (isDuplicate(error)) throw new VersionConflict(`Turn ${number} of ${id} exists.`, { cause: error });
      throw error;
    }
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
