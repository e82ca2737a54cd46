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

/** Length of a replica's lease on an operation, in seconds. */
const LEASE_S = 30;

/** An operation for operators. */
export type RecordedOperation = typeof operations.$inferSelect;

/** An outcome that must be published as a separate message. */
export type Unpublished = Pick<RecordedOperation, 'id' | 'request' | 'outcome'>;

const columnsOfOperation = {
  id: operations.id,
  request: operations.request,
  attempts: operations.attempts,
  recordedAt: operations.recordedAt,
  maybeSince: operations.maybeSince,
};

/** The operations table: each operation is recorded before it is executed, and its outcome is recorded afterwards. */
@Injectable()
export class OperationStore {
  /** The lease on the operations that this replica took. */
  readonly lease = new Lease(operations, LEASE_S);

  constructor(private readonly store: Store) {}

  /**
   * Records an operation and takes a lease on it, unless its id is known.
   * @param isToBePublished whether the outcome is published, because nobody waits for it
   * @returns the operation to execute, or `undefined` when it was known
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
   * Takes due operations under a lease, oldest first. From then on, each operation counts as possibly executed, so that
   * after a crash it is checked and not repeated.
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

  /** Renews the lease of operations in progress. @returns the ids that this replica still holds */
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
   * Releases an operation for a later retry. An operation that another replica took over is unchanged.
   * @param maybeSince undefined when the operation certainly did not happen
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
   * Records the outcome of an operation. An outcome is true whichever replica holds the operation, so this needs no lease
   * and ends any lease.
   * @param failed why the operation was not done, and since when it may have happened anyway
   * @returns whether the outcome must be published as a separate message
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

  /** Marks the outcome for publication because nobody waits any more. @returns the outcome if it is already settled */
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

  /** Marks an outcome for publication that was settled after the wait ended, unless it was published before. */
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

  /** Marks an outcome as published. An operation that is being retried meanwhile still has to be published. */
  async published(id: string): Promise<void> {
    await this.store.run((db) =>
      db
        .update(operations)
        .set({ isToBePublished: false, publishedAt: sql`now()` })
        .where(and(eq(operations.id, id), isNotNull(operations.outcome))),
    );
  }

  /** Operations, newest first. */
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

  /** Parks a pending operation and marks the outcome for publication. @returns its request; `undefined` when not pending */
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

  /** Makes a parked operation pending again as a new request, with its outcome published. @returns whether it was parked */
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
