import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { MessageBus } from '#bus';
import { IncidentSettled } from '#contracts';
import { LOGGER, Poller, SETTINGS, type Logger } from '#service';
import { StoreUnavailableError } from '#store';
import { BackendFailure } from '../ports/backend-failure.js';
import { IncidentBackend } from '../ports/incident-backend.js';
import { type IncidentSettings } from '../settings/incident.settings.js';
import { FileStore } from '../files/file.store.js';
import { ActionRulesService } from './action-rules.service.js';
import { BackendPauseStore } from './backend-pause.store.js';
import { WatchStore } from '../storage/watch.store.js';
import { executeOperation, refusalOf, type ExecutionContext } from './execute-operation.js';
import {
  type Operation,
  type OperationOutcome,
  type OperationRequest,
  type OperationState,
} from '../storage/operation.js';
import { OperationStore } from './operation.store.js';
import { backoffMs, lookUpWaitMs } from './retry-schedule.js';

type Waiting = (outcome?: OperationOutcome) => void;

const INTERVAL_MS = 500;
const PUBLISHED_AT_ONCE = 20;
const HOUR_MS = 3_600_000;

/**
 * Executes recorded operations: at once when they are recorded, and later by any replica, until they are done, refused
 * or parked.
 */
@Injectable()
export class OperationWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly running = new Map<string, Promise<void>>();
  /** The ids whose lease is renewed: from the start of an attempt until its result is recorded. */
  private readonly leased = new Set<string>();
  private readonly waiting = new Map<string, Set<Waiting>>();
  private readonly due: Poller;
  private readonly renewals: Poller;
  /** Whether more operations were due than could be taken. */
  private isBehind = false;

  constructor(
    private readonly operations: OperationStore,
    private readonly backend: IncidentBackend,
    private readonly watches: WatchStore,
    private readonly files: FileStore,
    private readonly rules: ActionRulesService,
    private readonly pause: BackendPauseStore,
    private readonly bus: MessageBus,
    @Inject(SETTINGS) private readonly settings: IncidentSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.due = new Poller(() => this.takeUp(), {
      everyMs: INTERVAL_MS,
      onError: (error) => {
        if (!(error instanceof StoreUnavailableError))
          this.logger.error({ err: error }, 'operations were not taken up');
      },
    });
    this.renewals = new Poller(() => this.renew(), {
      everyMs: operations.lease.renewEveryMs,
      // The replica that takes an operation over checks whether it was done.
      onError: (error) => this.logger.warn({ err: error }, 'the leases of operations could not be renewed'),
    });
  }

  onApplicationBootstrap(): void {
    this.due.start();
    this.renewals.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.due.stop();
    await Promise.allSettled(this.running.values());
    await this.renewals.stop();
  }

  /**
   * Records an operation and executes it, each at most once per id.
   * @param waitMs how long the requester waits for the outcome. After that, or at once when it is not positive, the outcome
   *   is published as a separate message.
   */
  async execute(
    id: string,
    request: OperationRequest,
    waitMs: number,
  ): Promise<OperationOutcome | { kind: 'recorded' }> {
    const isLate = waitMs <= 0;
    const operation = await this.operations.begin(id, request, isLate, new Date());
    if (operation) this.start(operation);
    if (isLate) {
      if (!operation) await this.operations.publishUnlessPublished(id);
      return { kind: 'recorded' };
    }
    return (await this.outcome(id, waitMs)) ?? (await this.operations.publishLater(id)) ?? { kind: 'recorded' };
  }

  /** Parks a pending operation and notifies the requester. @returns whether it was pending */
  async park(id: string): Promise<boolean> {
    const outcome: OperationOutcome = { kind: 'refused', reason: 'given-up' };
    const parked = await this.operations.park(id, outcome);
    if (parked) {
      await this.watches.expectNothing(parked);
      await this.publish(id, parked, outcome);
    }
    return parked !== undefined;
  }

  /** Takes due operations and publishes unpublished outcomes. Safe to call at any time; never rejects. */
  poll(): Promise<void> {
    return this.due.wake();
  }

  private async takeUp(): Promise<void> {
    const room = this.settings.INCIDENT_CONCURRENCY - this.running.size;
    if (room > 0 && !(await this.pause.current())) {
      const due = await this.operations.takeDue(new Date(), room);
      this.isBehind = due.length === room;
      for (const operation of due) this.start(operation);
    }
    for (const { id, request, outcome } of await this.operations.unpublished(PUBLISHED_AT_ONCE))
      if (outcome) await this.publish(id, request, outcome);
  }

  private start(operation: Operation): void {
    this.leased.add(operation.id);
    const run = this.attempt(operation)
      .catch((error: unknown) => {
        // The lease expires; then the operation is looked up and retried.
        this.logger.error({ err: error, operation: operation.id }, 'an operation was interrupted');
      })
      .finally(() => {
        this.running.delete(operation.id);
        this.leased.delete(operation.id);
        if (this.isBehind && this.running.size <= this.settings.INCIDENT_CONCURRENCY / 2) void this.due.wake();
      });
    this.running.set(operation.id, run);
  }

  private async renew(): Promise<void> {
    const ids = [...this.leased];
    const held = await this.operations.renew(ids);
    for (const id of ids)
      if (!held.has(id) && this.leased.delete(id))
        this.logger.warn({ operation: id }, 'the lease of an operation was lost');
  }

  private async attempt(operation: Operation): Promise<void> {
    const { id, request, maybeSince } = operation;
    const startedAt = new Date();
    const pausedUntil = await this.pause.current();
    if (pausedUntil) return this.postpone(id, pausedUntil, 'the ticket system asked for a pause', maybeSince);
    try {
      const attempt = await executeOperation(operation, this.backend, this.context());
      if (attempt.kind === 'unclear') {
        const until = new Date(startedAt.getTime() + this.waitAfter(operation.attempts, startedAt, attempt.since));
        return await this.postpone(id, until, 'it may have happened and is looked up again', attempt.since);
      }
      const { incident, outcome, isMoved } = attempt;
      if (incident && outcome.kind !== 'refused') await this.watches.follow(incident, request, isMoved);
      await this.settle(operation, outcome.kind === 'refused' ? 'refused' : 'done', outcome);
    } catch (error) {
      if (!(error instanceof BackendFailure)) throw error;
      await this.afterFailure(operation, error, startedAt);
    }
  }

  private async afterFailure(operation: Operation, failure: BackendFailure, startedAt: Date): Promise<void> {
    const { id, attempts, recordedAt } = operation;
    const reason = `${failure.kind}: ${failure.message}`;
    const maybeSince = failure.mayHaveHappened ? (operation.maybeSince ?? startedAt) : operation.maybeSince;
    this.logger.warn({ operation: id, kind: failure.kind, attempts }, `operation failed: ${failure.message}`);
    if (failure.isFinal) {
      const refusal = refusalOf(failure.kind);
      const state = refusal === 'rejected' ? 'parked' : 'refused';
      return this.settle(operation, state, { kind: 'refused', reason: refusal }, { reason, maybeSince });
    }
    if (startedAt.getTime() - recordedAt.getTime() > this.settings.INCIDENT_GIVE_UP_HOURS * HOUR_MS)
      return this.settle(operation, 'parked', { kind: 'refused', reason: 'given-up' }, { reason, maybeSince });
    if (failure.kind === 'rate-limited' && failure.retryAfterMs !== undefined)
      await this.pause.until(new Date(startedAt.getTime() + failure.retryAfterMs));
    const wait = failure.retryAfterMs ?? this.waitAfter(attempts, startedAt, maybeSince);
    await this.postpone(id, new Date(startedAt.getTime() + wait), reason, maybeSince);
  }

  private waitAfter(attempts: number, at: Date, maybeSince: Date | undefined): number {
    const { createHorizonMs } = this.backend.capabilities;
    return maybeSince
      ? lookUpWaitMs(at.getTime() - maybeSince.getTime(), createHorizonMs)
      : backoffMs(attempts, Math.random);
  }

  private postpone(id: string, until: Date, failure: string, maybeSince: Date | undefined): Promise<void> {
    this.leased.delete(id);
    return this.operations.postpone(id, until, failure, maybeSince);
  }

  private async settle(
    { id, request }: Operation,
    state: OperationState,
    outcome: OperationOutcome,
    failed?: { reason: string; maybeSince: Date | undefined },
  ): Promise<void> {
    if (failed) await this.watches.expectNothing(request);
    this.leased.delete(id);
    const isToBePublished = await this.operations.settle(id, state, outcome, failed);
    for (const waiting of this.waiting.get(id) ?? []) waiting(outcome);
    if (isToBePublished) await this.publish(id, request, outcome);
  }

  private async publish(id: string, request: OperationRequest, outcome: OperationOutcome): Promise<void> {
    const { conversationId } = request;
    if (conversationId !== undefined) {
      const title = request.kind === 'open' ? { title: request.title } : {};
      await this.bus.publish(
        IncidentSettled,
        { conversationId, operationId: id, ...title, outcome },
        { conversationId },
      );
    }
    await this.operations.published(id);
  }

  /** Waits for an outcome, at most this long. */
  private async outcome(id: string, timeoutMs: number): Promise<OperationOutcome | undefined> {
    let finish: Waiting = () => undefined;
    const settled = new Promise<OperationOutcome | undefined>((resolve) => (finish = resolve));
    const waiting = this.waiting.get(id) ?? new Set<Waiting>();
    this.waiting.set(id, waiting.add(finish));
    const timer = setTimeout(finish, timeoutMs);
    try {
      return (await this.operations.outcomeOf(id)) ?? (await settled);
    } finally {
      clearTimeout(timer);
      waiting.delete(finish);
      if (waiting.size === 0) this.waiting.delete(id);
    }
  }

  private context(): ExecutionContext {
    return {
      now: () => new Date(),
      keptFile: (id) => this.files.get(id),
      mayDo: (action, incident) => this.rules.mayDo(action, incident),
      expecting: (incident, action) => this.watches.expect(incident, action),
    };
  }
}
