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

/** For how long a replica may read changes unless it renews that. Seconds. */
const READING_LEASE_S = 10;
/** What vanishes, or is hidden from us, changes in no way that we could read; so it is read itself after this time. */
const SILENT_HOURS = 24;

const justSeen = { checkedAt: sql`now()`, isMissed: false };

/** Which incidents are watched for whom, the notifications of them, and how far the reading of changes came. */
@Injectable()
export class WatchStore {
  /** Of the right to read changes, which one replica has at a time. */
  readonly readingLease = new Lease(backends, READING_LEASE_S);

  constructor(private readonly store: Store) {}

  /**
   * From now on the conversation that asked for this is notified of it. Times are those of the ticket system, whose
   * clock is not ours.
   * @param isMoved it is in its state because of that, and nobody is notified of it then
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

  /** The caller is about to cause this: when the reading of changes comes first, nobody is notified of it. */
  async expect({ id }: Incident, action: ChangeRequest['action']): Promise<void> {
    const expectedState = action.kind === 'move' ? TARGET_STATE[action.to] : undefined;
    if (!expectedState) return;
    await this.store.run((db) => db.update(watchedIncidents).set({ expectedState }).where(eq(watchedIncidents.id, id)));
  }

  /** What the caller asked for was not done: should the desk do it, the caller is notified. */
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
   * Numbers of the incidents that this conversation opened: whoever goes on with it wrote their texts. None for a
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

  /** Records how an incident stands now together with the notifications of it: either both happen or none. */
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

  /** Those that may still change and of which nothing was heard for long, the longest silent first. */
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

  /** It is not there, or hidden from us. The second time in a row it counts as gone, and nobody watches it any more. */
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

  /** Takes the lease to read changes. @returns where it goes on; `undefined` when another replica reads. */
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

  /** Renews that lease. @returns whether it was still held */
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
   * Notes how far the reading came and releases the lease; a replica that took over reads on from where it was.
   * @param cursor undefined: the page was not taken in and is read again
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
