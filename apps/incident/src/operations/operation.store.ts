import { Injectable } from '@nestjs/common';
import { and, asc, desc, eq, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import { Lease, Store } from '#store';
import { operations } from '../storage/incident.schema.js';
import {
  type Operation,
  type OperationOutcome,
  type OperationRequest,
  type OperationState,
} from '../storage/operation.js';

/** For how long a replica has an operation to itself unless it renews that. Seconds. */
const LEASE_S = 30;

/** An operation as operators see it. */
export type RecordedOperation = typeof operations.$inferSelect;

/** An outcome that is to be published as a message of its own. */
export type Unpublished = Pick<RecordedOperation, 'id' | 'request' | 'outcome'>;

const columnsOfOperation = {
  id: operations.id,
  request: operations.request,
  attempts: operations.attempts,
  recordedAt: operations.recordedAt,
  maybeSince: operations.maybeSince,
};

/** The operations table: each is recorded before it is executed and knows its outcome afterwards. */
@Injectable()
export class OperationStore {
  /** Of the operations that this replica took. */
  readonly lease = new Lease(operations, LEASE_S);

  constructor(private readonly store: Store) {}

  /**
   * Records an operation and takes it under a lease, unless its id is known.
   * @param isToBePublished nobody waits for the outcome
   * @returns the operation to execute, or `undefined` when it was known.
   */
  async begin(
    id: string,
    request: OperationRequest,
    isToBePublished: boolean,
    now: Date,
  ): Promise<Operation | undefined> {
    const [row] = await this.store.run((db) =>
      db
        .insert(operations)
        .values({
          id,
          request,
          state: 'pending',
          isToBePublished,
          attempts: 1,
          recordedAt: now,
          maybeSince: now,
          ...this.lease.taken,
        })
        .onConflictDoNothing()
        .returning({ id: operations.id }),
    );
    return row && { id, request, attempts: 1, recordedAt: now, maybeSince: undefined };
  }

  /**
   * Takes operations whose time has come, oldest first, under a lease. From then on each counts as perhaps executed, so
   * that a crash in the middle leads to looking it up and not to repeating it.
   */
  async takeDue(now: Date, limit: number): Promise<Operation[]> {
    return this.store.transaction(async (db) => {
      const due = await db
        .select(columnsOfOperation)
        .from(operations)
        .where(and(eq(operations.state, 'pending'), lte(operations.notBefore, now), this.lease.isFree))
        .orderBy(asc(operations.notBefore))
        .limit(limit)
        .for('update', { skipLocked: true });
      if (due.length === 0) return [];
      await db
        .update(operations)
        .set({
          attempts: sql`${operations.attempts} + 1`,
          maybeSince: sql`coalesce(${operations.maybeSince}, ${now.toISOString()}::timestamptz)`,
          ...this.lease.taken,
        })
        .where(
          inArray(
            operations.id,
            due.map(({ id }) => id),
          ),
        );
      return due.map(({ maybeSince, attempts, ...rest }) => ({
        ...rest,
        attempts: attempts + 1,
        maybeSince: maybeSince ?? undefined,
      }));
    });
  }

  /** Renews the lease of operations that are still being executed. @returns those that were still held */
  async renew(ids: string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const held = await this.store.run((db) =>
      db
        .update(operations)
        .set(this.lease.renewed)
        .where(and(inArray(operations.id, ids), eq(operations.state, 'pending'), this.lease.isHeld))
        .returning({ id: operations.id }),
    );
    return new Set(held.map(({ id }) => id));
  }

  /**
   * Releases an operation, to be tried again later; one that another replica took over stays with that.
   * @param maybeSince undefined: it certainly did not happen
   */
  async postpone(id: string, until: Date, failure: string, maybeSince: Date | undefined): Promise<void> {
    await this.store.run((db) =>
      db
        .update(operations)
        .set({ ...this.lease.released, notBefore: until, lastFailure: failure, maybeSince: maybeSince ?? null })
        .where(and(eq(operations.id, id), this.lease.isOwned)),
    );
  }

  /**
   * Records what came of an operation. That is true whoever has the operation now, so it needs no lease, and ends any.
   * @param failed why it was not done, and since when it may nevertheless have happened
   * @returns whether the outcome is to be published as a message of its own.
   */
  async settle(
    id: string,
    state: OperationState,
    outcome: OperationOutcome,
    failed?: { reason: string; maybeSince: Date | undefined },
  ): Promise<boolean> {
    const [row] = await this.store.run((db) =>
      db
        .update(operations)
        .set({
          ...this.lease.released,
          state,
          outcome,
          settledAt: sql`now()`,
          maybeSince: failed?.maybeSince ?? null,
          ...(failed && { lastFailure: failed.reason }),
        })
        .where(eq(operations.id, id))
        .returning({ isToBePublished: operations.isToBePublished }),
    );
    return row?.isToBePublished ?? false;
  }

  /** Says that nobody waits for the outcome any more, unless it is settled already: then it is returned. */
  async publishLater(id: string): Promise<OperationOutcome | undefined> {
    const marked = await this.store.run((db) =>
      db
        .update(operations)
        .set({ isToBePublished: true })
        .where(and(eq(operations.id, id), eq(operations.state, 'pending')))
        .returning({ id: operations.id }),
    );
    return marked.length > 0 ? undefined : await this.outcomeOf(id);
  }

  /** Has an outcome published that was settled while nobody waited any more, unless it was published before. */
  async publishUnlessPublished(id: string): Promise<void> {
    await this.store.run((db) =>
      db
        .update(operations)
        .set({ isToBePublished: true })
        .where(and(eq(operations.id, id), isNull(operations.publishedAt))),
    );
  }

  async outcomeOf(id: string): Promise<OperationOutcome | undefined> {
    return (await this.get(id))?.outcome ?? undefined;
  }

  async get(id: string): Promise<RecordedOperation | undefined> {
    const [row] = await this.store.run((db) => db.select().from(operations).where(eq(operations.id, id)));
    return row;
  }

  async unpublished(limit: number): Promise<Unpublished[]> {
    return this.store.run((db) =>
      db
        .select({ id: operations.id, request: operations.request, outcome: operations.outcome })
        .from(operations)
        .where(and(eq(operations.isToBePublished, true), isNotNull(operations.outcome)))
        .orderBy(asc(operations.settledAt))
        .limit(limit),
    );
  }

  /** One that is being tried again meanwhile is still to be published. */
  async published(id: string): Promise<void> {
    await this.store.run((db) =>
      db
        .update(operations)
        .set({ isToBePublished: false, publishedAt: sql`now()` })
        .where(and(eq(operations.id, id), isNotNull(operations.outcome))),
    );
  }

  /** The newest first. */
  async list(state: OperationState | undefined, limit: number): Promise<RecordedOperation[]> {
    return this.store.run((db) =>
      db
        .select()
        .from(operations)
        .where(state && eq(operations.state, state))
        .orderBy(desc(operations.recordedAt))
        .limit(limit),
    );
  }

  /** Parks a pending operation and has that published. @returns its request, or `undefined` when it was not pending. */
  async park(id: string, outcome: OperationOutcome): Promise<OperationRequest | undefined> {
    const [row] = await this.store.run((db) =>
      db
        .update(operations)
        .set({ state: 'parked', outcome, settledAt: sql`now()`, isToBePublished: true })
        .where(and(eq(operations.id, id), eq(operations.state, 'pending')))
        .returning({ request: operations.request }),
    );
    return row?.request;
  }

  /** Has a parked operation tried again as if it was asked for now, and its outcome published. @returns whether it was parked. */
  async retry(id: string, now: Date): Promise<boolean> {
    const afresh = { state: 'pending', outcome: null, settledAt: null, isToBePublished: true, attempts: 0 } as const;
    const changed = await this.store.run((db) =>
      db
        .update(operations)
        .set({ ...afresh, ...this.lease.released, notBefore: now, recordedAt: now })
        .where(and(eq(operations.id, id), eq(operations.state, 'parked')))
        .returning({ id: operations.id }),
    );
    return changed.length > 0;
  }
}
