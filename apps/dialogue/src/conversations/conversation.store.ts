import { Inject, Injectable, Optional } from '@nestjs/common';
import { and, desc, eq, gt, notInArray, sql } from 'drizzle-orm';
import { Batches, isDuplicate, Store, type Database } from '#store';
import { type Event, type TrackerSnapshot } from '#dialogue-engine';
import {
  prepareStatements,
  type AskedConversation,
  type Statements,
  type WrittenTurn,
} from './conversation.statements.js';
import { reminders, turns, type TurnOutcome } from './dialogue.schema.js';
import { RecentSnapshots } from './recent-snapshots.js';

/**
 * Number of turns between two stored snapshots. A snapshot costs more to write than the events of a turn; loading
 * applies at most this many turns to it.
 */
const TURNS_PER_SNAPSHOT = 8;

/** The state of a conversation before its next turn: a snapshot and the events after it. */
export interface Conversation {
  id: string;
  /** Number of the newest turn; 0 before the first one. */
  version: number;
  snapshot?: TrackerSnapshot;
  /** Number of the turn that left the newest stored snapshot. */
  snapshotVersion: number;
  eventsSince: Event[];
  handedOffTo: string | null;
  /** Present when the conversation has scheduled reminders. */
  hasReminders?: true;
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
  /** The state of the conversation after the turn. */
  snapshot: TrackerSnapshot;
  handedOffTo: string | null;
  /** The scheduled reminders after the turn; absent means none. */
  reminders?: Reminder[];
}

/** A time at which the assistant continues a conversation by itself. */
export interface Reminder {
  name: string;
  dueAt: Date;
  /** The output channel of the turn that scheduled the reminder. */
  outputChannel: string;
}

/** Another replica recorded a turn of this conversation first. Load the conversation again and repeat the turn. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

/** Injection token of the optional `TurnOutlet` that streams the recorded turns. */
export const TURN_OUTLET = Symbol('turn outlet');

/** Streams the recorded turns to others. */
export interface TurnOutlet {
  /** Called after each recorded turn, which then waits among the unstreamed turns. */
  wake(): void;
}

/** The only writer of conversation state. */
@Injectable()
export class ConversationStore {
  private readonly recent = new RecentSnapshots();
  private prepared: Statements | undefined;
  private readonly loads = new Batches((asked: Omit<AskedConversation, 'at'>[]) => this.loadAll(asked));
  private readonly records = new Batches((given: WrittenTurn[]) =>
    this.store.run((db) => recordAll(this.statements(db), given)),
  );

  constructor(
    private readonly store: Store,
    @Optional() @Inject(TURN_OUTLET) private readonly outlet?: TurnOutlet,
  ) {}

  /** Loads a conversation, and the turn of a message if that is recorded already. */
  async load(id: string, messageId: string): Promise<{ conversation: Conversation; recorded?: RecordedTurn }> {
    const known = this.recent.get(id);
    const row = await this.loads.add({ id, messageId, knownVersion: known?.version ?? -1 });
    if (!row) {
      return { conversation: { id, version: 0, snapshotVersion: 0, eventsSince: [], handedOffTo: null } };
    }
    const { version, snapshotVersion, handedOffTo, hasReminders, number, outcome } = row;
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
        ...(hasReminders && { hasReminders }),
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
   * Records a turn in one transaction, provided that the stored version is still the loaded one: writes its events and
   * outcome, the new version, and every few turns a snapshot.
   * @returns the turn's number
   * @throws VersionConflict when the stored version is another one
   */
  async record(conversation: Conversation, turn: NewTurn): Promise<number> {
    const { id, version, snapshotVersion, hasReminders } = conversation;
    const number = version + 1;
    const { messageId, userText, events, outcome, snapshot, handedOffTo, reminders: toCome = [] } = turn;
    const isSnapshotDue = version === 0 || number - snapshotVersion >= TURNS_PER_SNAPSHOT;
    const written: WrittenTurn = {
      id,
      number,
      messageId,
      userText,
      events: JSON.stringify(events),
      outcome: JSON.stringify(outcome),
      handedOffTo,
      snapshot: isSnapshotDue ? JSON.stringify(snapshot) : null,
    };
    let isWritten: boolean;
    try {
      if (!hasReminders && toCome.length === 0) isWritten = await this.records.add(written);
      else
        isWritten = await this.store.transaction(async (db) => {
          const [isDone = false] = await recordAll(prepareStatements(db, this.outlet !== undefined), [written]);
          if (isDone) await replaceReminders(db, id, toCome);
          return isDone;
        });
    } catch (error) {
      if (isDuplicate(error)) throw new VersionConflict(`Turn ${number} exists.`, { cause: error });
      throw error;
    }
    if (!isWritten) throw new VersionConflict(`Turn ${number} was taken by another replica.`);
    this.recent.set(id, { version: number, snapshot });
    this.outlet?.wake();
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

  /** The events of the newest `limit` turns, oldest first. */
  async history(conversationId: string, limit: number): Promise<Event[]> {
    const rows = await this.store.run((db) =>
      db
        .select({ events: turns.events })
        .from(turns)
        .where(eq(turns.conversationId, conversationId))
        .orderBy(desc(turns.number))
        .limit(limit),
    );
    return rows.reverse().flatMap(({ events }) => events);
  }

  private async loadAll(asked: Omit<AskedConversation, 'at'>[]) {
    const numbered: AskedConversation[] = asked.map((each, at) => ({ at, ...each }));
    const rows = await this.store.run((db) => this.statements(db).load.execute(rowsOf(numbered)));
    const byPosition = new Map(rows.map((row) => [row.at, row]));
    return numbered.map(({ at }) => byPosition.get(at));
  }

  private statements(db: Database): Statements {
    this.prepared ??= prepareStatements(db, this.outlet !== undefined);
    return this.prepared;
  }
}

const rowsOf = (rows: object[]) => {
  const wellFormed = (_: string, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value);
  return { rows: JSON.stringify(rows, wellFormed), count: rows.length };
};

/** Records turns of different conversations. @returns for each turn whether the stored version was the expected one */
async function recordAll({ record }: Statements, given: WrittenTurn[]): Promise<boolean[]> {
  const rows = await record.execute(rowsOf(given));
  const written = new Set(rows.map(({ id }) => id));
  return given.map(({ id }) => written.has(id.toWellFormed()));
}

/** A reminder that is scheduled already keeps its output channel and its lease, unless its time changed. */
async function replaceReminders(db: Database, conversationId: string, toCome: Reminder[]): Promise<void> {
  const names = toCome.map(({ name }) => name);
  await db
    .delete(reminders)
    .where(and(eq(reminders.conversationId, conversationId), notInArray(reminders.name, names)));
  if (toCome.length === 0) return;
  await db
    .insert(reminders)
    .values(toCome.map((reminder) => ({ conversationId, ...reminder })))
    .onConflictDoUpdate({
      target: [reminders.conversationId, reminders.name],
      set: {
        dueAt: sql`excluded.due_at`,
        outputChannel: sql`excluded.output_channel`,
        leaseOwner: null,
        leaseUntil: null,
      },
      setWhere: sql`${reminders.dueAt} <> excluded.due_at`,
    });
}
