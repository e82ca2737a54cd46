import { Injectable } from '@nestjs/common';
import { and, asc, desc, eq, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import { Store } from '#store';
import { operations } from '../storage/incident.schema.js';
import {
  type Operation,
  type OperationOutcome,
  type OperationRequest,
  type OperationState,
} from '../storage/operation.js';

/** For how long a process has an operation to itself unless it renews that; then it counts as dead, and another goes on. */
const LEASE_MS = 30_000;
/** How often a process that works on operations renews that. */
export const RENEW_EVERY_MS = LEASE_MS / 3;

const leaseFrom = (now: Date): Date => new Date(now.getTime() + LEASE_MS);

/** An operation as operators see it. */
export type RecordedOperation = typeof operations.$inferSelect;

/** An outcome that is to be told as a message of its own. */
export type Untold = Pick<RecordedOperation, 'id' | 'request' | 'outcome'>;

const columnsOfOperation = {
  id: operations.id,
  request: operations.request,
  attempts: operations.attempts,
  recordedAt: operations.recordedAt,
  maybeSince: operations.maybeSince,
};

/** The operations table: each is recorded before it is carried out and knows its outcome afterwards. */
@Injectable()
export class OperationStore {
  constructor(private readonly store: Store) {}

  /**
   * Records an operation and claims it for this process, unless its id is known.
   * @param isToBeTold nobody waits for the outcome
   * @returns the operation to carry out, or `undefined` when it was known.
   */
  async begin(id: string, request: OperationRequest, isToBeTold: boolean, now: Date): Promise<Operation | undefined> {
    const [row] = await this.store.run((db) =>
      db
        .insert(operations)
        .values({
          id,
          request,
          state: 'pending',
          isToBeTold,
          attempts: 1,
          recordedAt: now,
          maybeSince: now,
          notBefore: leaseFrom(now),
        })
        .onConflictDoNothing()
        .returning({ id: operations.id }),
    );
    return row && { id, request, attempts: 1, recordedAt: now, maybeSince: undefined };
  }

  /**
   * Claims operations whose time has come, oldest first. From the claim on each counts as perhaps carried out, so that a
   * crash in the middle leads to looking it up and not to repeating it.
   */
  async claimDue(now: Date, limit: number): Promise<Operation[]> {
    return this.store.transaction(async (db) => {
      const due = await db
        .select(columnsOfOperation)
        .from(operations)
        .where(and(eq(operations.state, 'pending'), lte(operations.notBefore, now)))
        .orderBy(asc(operations.notBefore))
        .limit(limit)
        .for('update', { skipLocked: true });
      if (due.length === 0) return [];
      await db
        .update(operations)
        .set({
          attempts: sql`${operations.attempts} + 1`,
          maybeSince: sql`coalesce(${operations.maybeSince}, ${now.toISOString()}::timestamptz)`,
          notBefore: leaseFrom(now),
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

  /** Keeps operations that this process still works on. */
  async renew(ids: string[], now: Date): Promise<void> {
    if (ids.length === 0) return;
    await this.store.run((db) =>
      db
        .update(operations)
        .set({ notBefore: sql`greatest(${operations.notBefore}, ${leaseFrom(now).toISOString()}::timestamptz)` })
        .where(and(inArray(operations.id, ids), eq(operations.state, 'pending'))),
    );
  }

  /** Puts an operation off. `maybeSince` undefined: it certainly did not happen. */
  async postpone(id: string, until: Date, failure: string, maybeSince: Date | undefined): Promise<void> {
    await this.store.run((db) =>
      db
        .update(operations)
        .set({ notBefore: until, lastFailure: failure, maybeSince: maybeSince ?? null })
        .where(eq(operations.id, id)),
    );
  }

  /**
   * @param failed why it was not done, and since when it may nevertheless have happened
   * @returns whether the outcome is to be told as a message of its own.
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
          state,
          outcome,
          settledAt: sql`now()`,
          maybeSince: failed?.maybeSince ?? null,
          ...(failed && { lastFailure: failed.reason }),
        })
        .where(eq(operations.id, id))
        .returning({ isToBeTold: operations.isToBeTold }),
    );
    return row?.isToBeTold ?? false;
  }

  /** Says that nobody waits for the outcome any more, unless it is settled already: then it is returned. */
  async tellLater(id: string): Promise<OperationOutcome | undefined> {
    const marked = await this.store.run((db) =>
      db
        .update(operations)
        .set({ isToBeTold: true })
        .where(and(eq(operations.id, id), eq(operations.state, 'pending')))
        .returning({ id: operations.id }),
    );
    return marked.length > 0 ? undefined : await this.outcomeOf(id);
  }

  /** Has an outcome told that was settled while nobody waited any more, unless it was told before. */
  async tellUnlessTold(id: string): Promise<void> {
    await this.store.run((db) =>
      db
        .update(operations)
        .set({ isToBeTold: true })
        .where(and(eq(operations.id, id), isNull(operations.toldAt))),
    );
  }

  async outcomeOf(id: string): Promise<OperationOutcome | undefined> {
    return (await this.get(id))?.outcome ?? undefined;
  }

  async get(id: string): Promise<RecordedOperation | undefined> {
    const [row] = await this.store.run((db) => db.select().from(operations).where(eq(operations.id, id)));
    return row;
  }

  async untold(limit: number): Promise<Untold[]> {
    return this.store.run((db) =>
      db
        .select({ id: operations.id, request: operations.request, outcome: operations.outcome })
        .from(operations)
        .where(and(eq(operations.isToBeTold, true), isNotNull(operations.outcome)))
        .orderBy(asc(operations.settledAt))
        .limit(limit),
    );
  }

  /** One that is being tried again meanwhile is still to be told. */
  async told(id: string): Promise<void> {
    await this.store.run((db) =>
      db
        .update(operations)
        .set({ isToBeTold: false, toldAt: sql`now()` })
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

  /** Puts a pending operation aside, to be told. @returns its request, or `undefined` when it was not pending. */
  async park(id: string, outcome: OperationOutcome): Promise<OperationRequest | undefined> {
    const [row] = await this.store.run((db) =>
      db
        .update(operations)
        .set({ state: 'parked', outcome, settledAt: sql`now()`, isToBeTold: true })
        .where(and(eq(operations.id, id), eq(operations.state, 'pending')))
        .returning({ request: operations.request }),
    );
    return row?.request;
  }

  /** Has a parked operation tried again as if it was asked for now, and its outcome told. @returns whether it was parked. */
  async retry(id: string, now: Date): Promise<boolean> {
    const afresh = { state: 'pending', outcome: null, settledAt: null, isToBeTold: true, attempts: 0 } as const;
    const changed = await this.store.run((db) =>
      db
        .update(operations)
        .set({ ...afresh, notBefore: now, recordedAt: now })
        .where(and(eq(operations.id, id), eq(operations.state, 'parked')))
        .returning({ id: operations.id }),
    );
    return changed.length > 0;
  }
}
