import { Injectable } from '@nestjs/common';
import { and, asc, eq, inArray, isNull, lt, notInArray, sql } from 'drizzle-orm';
import { isUnguessable, type DataOf, type IncidentUpdated } from '#contracts';
import { Lease, Store } from '#store';
import { type Incident } from '../ports/incident.js';
import { TARGET_STATE } from '../ports/transition-target.js';
import { type ChangeRequest, type OperationRequest } from './operation.js';
import { backends, notifications, watchedIncidents } from './incident.schema.js';

export type Watched = typeof watchedIncidents.$inferSelect;
type Notification = DataOf<typeof IncidentUpdated>;

/** Length of the lease on polling, in seconds. */
const READING_LEASE_S = 10;
/** An incident that was deleted, or hidden from us, shows no change, so it is read itself after this time. */
const SILENT_HOURS = 24;

const justSeen = { checkedAt: sql`now()`, isMissed: false };

/** Stores which incidents are watched for which conversation, their notifications, and the position of the poll. */
@Injectable()
export class WatchStore {
  /** The lease on polling, which one replica holds at a time. */
  readonly readingLease = new Lease(backends, READING_LEASE_S);

  constructor(private readonly store: Store) {}

  /**
   * Makes the requesting conversation a follower of the incident. Times come from the ticket system, whose clock differs
   * from ours.
   * @param isMoved whether the request caused the incident's state; if so, nobody is notified of it
   */
  async follow(incident: Incident, { conversationId, kind }: OperationRequest, isMoved: boolean): Promise<void> {
    if (conversationId === undefined) return;
    const { id, number, title, state, revision, updatedAt } = incident;
    await this.store.run((db) =>
      db
        .insert(watchedIncidents)
        .values({
          id,
          number,
          title,
          revision,
          commentsUntil: updatedAt,
          openedIn: kind === 'open' ? conversationId : null,
          conversationId,
          state,
        })
        // The revision stays the one that was read, and so does a state that is not ours: the desk may have
        // written and moved it since.
        .onConflictDoUpdate({
          target: watchedIncidents.id,
          set: { conversationId, ...(isMoved && { state, expectedState: null }) },
        }),
    );
  }

  /** Announces a change by the caller, so that no notification is sent when the poll sees it first. */
  async expect({ id }: Incident, action: ChangeRequest['action']): Promise<void> {
    const expectedState = action.kind === 'move' ? TARGET_STATE[action.to] : undefined;
    if (!expectedState) return;
    await this.store.run((db) => db.update(watchedIncidents).set({ expectedState }).where(eq(watchedIncidents.id, id)));
  }

  /** Withdraws that announcement after a failure: if the desk makes the change, the caller is notified. */
  async expectNothing(request: OperationRequest): Promise<void> {
    if (request.kind !== 'change' || request.action.kind !== 'move') return;
    const { number } = request;
    await this.store.run((db) =>
      db.update(watchedIncidents).set({ expectedState: null }).where(eq(watchedIncidents.number, number)),
    );
  }

  async watched(ids: string[]): Promise<Watched[]> {
    if (ids.length === 0) return [];
    return this.store.run((db) => db.select().from(watchedIncidents).where(inArray(watchedIncidents.id, ids)));
  }

  /**
   * Numbers of the incidents that this conversation opened: whoever continues it wrote their texts. None for a
   * conversation whose id can be guessed.
   */
  async knownIn(conversationId: string | undefined): Promise<Set<string>> {
    if (conversationId === undefined || !isUnguessable(conversationId)) return new Set();
    const rows = await this.store.run((db) =>
      db
        .select({ number: watchedIncidents.number })
        .from(watchedIncidents)
        .where(eq(watchedIncidents.openedIn, conversationId)),
    );
    return new Set(rows.map(({ number }) => number));
  }

  async isNotified(number: string, conversationId: string): Promise<boolean> {
    const [row] = await this.store.run((db) =>
      db
        .select({ id: watchedIncidents.id })
        .from(watchedIncidents)
        .where(and(eq(watchedIncidents.number, number), eq(watchedIncidents.conversationId, conversationId))),
    );
    return row !== undefined;
  }

  /** Records the current state of an incident together with its notifications, in one transaction. */
  async advance(incident: Incident, commentsUntil: Date, found: Notification[]): Promise<void> {
    const { id, title, state, revision } = incident;
    await this.store.transaction(async (db) => {
      if (found.length > 0)
        await db
          .insert(notifications)
          .values(found.map((data) => ({ id: data.changeId, data })))
          .onConflictDoNothing();
      await db
        .update(watchedIncidents)
        .set({ title, state, revision, commentsUntil, expectedState: null, ...justSeen })
        .where(eq(watchedIncidents.id, id));
    });
  }

  /** Watched incidents that may still change and had no change for a long time, the longest first. */
  async silent(limit: number): Promise<Watched[]> {
    return this.store.run((db) =>
      db
        .select()
        .from(watchedIncidents)
        .where(
          and(
            notInArray(watchedIncidents.state, ['closed', 'canceled']),
            lt(watchedIncidents.checkedAt, sql`now() - ${SILENT_HOURS} * interval '1 hour'`),
          ),
        )
        .orderBy(asc(watchedIncidents.checkedAt))
        .limit(limit),
    );
  }

  async seen(id: string): Promise<void> {
    await this.store.run((db) => db.update(watchedIncidents).set(justSeen).where(eq(watchedIncidents.id, id)));
  }

  /** Records that the incident is missing or hidden. The second time in a row, watching it ends. */
  async missing({ id, isMissed }: Watched): Promise<void> {
    const here = eq(watchedIncidents.id, id);
    await this.store.run((db) =>
      isMissed
        ? db.delete(watchedIncidents).where(here)
        : db
            .update(watchedIncidents)
            .set({ ...justSeen, isMissed: true })
            .where(here),
    );
  }

  async unpublished(limit: number): Promise<Notification[]> {
    const rows = await this.store.run((db) =>
      db
        .select({ data: notifications.data })
        .from(notifications)
        .where(isNull(notifications.publishedAt))
        .orderBy(asc(notifications.decidedAt))
        .limit(limit),
    );
    return rows.map(({ data }) => data);
  }

  async published(changeId: string): Promise<void> {
    await this.store.run((db) =>
      db
        .update(notifications)
        .set({ publishedAt: sql`now()` })
        .where(eq(notifications.id, changeId)),
    );
  }

  /** Takes the polling lease. @returns the cursor; `undefined` when another replica polls */
  async beginReading(backend: string): Promise<{ cursor: string | undefined } | undefined> {
    return this.store.run(async (db) => {
      await db.insert(backends).values({ name: backend }).onConflictDoNothing();
      const [row] = await db
        .update(backends)
        .set(this.readingLease.taken)
        .where(and(eq(backends.name, backend), this.readingLease.isFree))
        .returning({ cursor: backends.cursor });
      return row && { cursor: row.cursor ?? undefined };
    });
  }

  /** Renews the polling lease. @returns whether it was still held */
  async keepReading(backend: string): Promise<boolean> {
    const held = await this.store.run((db) =>
      db
        .update(backends)
        .set(this.readingLease.renewed)
        .where(and(eq(backends.name, backend), this.readingLease.isHeld))
        .returning({ name: backends.name }),
    );
    return held.length > 0;
  }

  /**
   * Stores the cursor and releases the lease. A replica that took over continues from its own position.
   * @param cursor undefined when the page was not processed and must be read again
   */
  async endReading(backend: string, cursor: string | undefined): Promise<void> {
    await this.store.run((db) =>
      db
        .update(backends)
        .set({ ...this.readingLease.released, ...(cursor !== undefined && { cursor }) })
        .where(and(eq(backends.name, backend), this.readingLease.isOwned)),
    );
  }
}
