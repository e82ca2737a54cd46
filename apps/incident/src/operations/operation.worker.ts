import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { MessageBus } from '#bus';
import { IncidentSettled } from '#contracts';
import { LOGGER, SETTINGS, type Logger } from '#service';
import { StoreUnavailableError } from '#store';
import { BackendFailure } from '../ports/backend-failure.js';
import { IncidentBackend } from '../ports/incident-backend.js';
import { type IncidentSettings } from '../settings/incident.settings.js';
import { FileStore } from '../files/file.store.js';
import { ActionRulesService } from './action-rules.service.js';
import { BackendPauseStore } from './backend-pause.store.js';
import { WatchStore } from '../storage/watch.store.js';
import { carryOut, refusalOf, type ExecutionContext } from './execute-operation.js';
import {
  type Operation,
  type OperationOutcome,
  type OperationRequest,
  type OperationState,
} from '../storage/operation.js';
import { OperationStore, RENEW_EVERY_MS } from './operation.store.js';
import { backoffMs, lookUpWaitMs } from './retry-schedule.js';

type Waiting = (outcome?: OperationOutcome) => void;

const TICK_MS = 500;
const UNTOLD_AT_ONCE = 20;
const HOUR_MS = 3_600_000;

/**
 * Carries recorded operations out: at once when they are recorded, and later, by whichever replica comes first, until
 * they are done, refused or parked.
 */
@Injectable()
export class OperationWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly running = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, Set<Waiting>>();
  private timers: NodeJS.Timeout[] = [];
  private isClosing = false;
  private isTicking = false;
  /** More was due than could be taken up. */
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
  ) {}

  onApplicationBootstrap(): void {
    this.timers = [
      setInterval(() => void this.tick(), TICK_MS).unref(),
      setInterval(() => void this.renew(), RENEW_EVERY_MS).unref(),
    ];
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    for (const timer of this.timers) clearInterval(timer);
    await Promise.allSettled(this.running.values());
  }

  /**
   * Records an operation and carries it out, both at most once per id.
   * @param waitMs how long somebody waits for the outcome; after that, or at once when it is not above zero, it is told
   *   as a message of its own.
   */
  async carryOut(
    id: string,
    request: OperationRequest,
    waitMs: number,
  ): Promise<OperationOutcome | { kind: 'recorded' }> {
    const isLate = waitMs <= 0;
    const operation = await this.operations.begin(id, request, isLate, new Date());
    if (operation) this.start(operation);
    if (isLate) {
      if (!operation) await this.operations.tellUnlessTold(id);
      return { kind: 'recorded' };
    }
    return (await this.outcome(id, waitMs)) ?? (await this.operations.tellLater(id)) ?? { kind: 'recorded' };
  }

  /** Puts a pending operation aside and tells whoever asked for it. @returns whether it was pending. */
  async park(id: string): Promise<boolean> {
    const outcome: OperationOutcome = { kind: 'refused', reason: 'given-up' };
    const parked = await this.operations.park(id, outcome);
    if (parked) {
      await this.watches.expectNothing(parked);
      await this.tell(id, parked, outcome);
    }
    return parked !== undefined;
  }

  /** Takes up what is due and tells what is untold. Called by the clock; safe to call at any time. */
  async tick(): Promise<void> {
    if (this.isClosing || this.isTicking) return;
    this.isTicking = true;
    try {
      const room = this.settings.INCIDENT_CONCURRENCY - this.running.size;
      if (room > 0 && !(await this.pause.current())) {
        const due = await this.operations.claimDue(new Date(), room);
        this.isBehind = due.length === room;
        for (const operation of due) this.start(operation);
      }
      for (const { id, request, outcome } of await this.operations.untold(UNTOLD_AT_ONCE))
        if (outcome) await this.tell(id, request, outcome);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) this.logger.error({ err: error }, 'operations were not taken up');
    } finally {
      this.isTicking = false;
    }
  }

  private start(operation: Operation): void {
    const run = this.attempt(operation)
      .catch((error: unknown) => {
        // Its lease ends, and it is looked up and tried again.
        this.logger.error({ err: error, operation: operation.id }, 'an operation was interrupted');
      })
      .finally(() => {
        this.running.delete(operation.id);
        if (this.isBehind && this.running.size <= this.settings.INCIDENT_CONCURRENCY / 2) void this.tick();
      });
    this.running.set(operation.id, run);
  }

  private async renew(): Promise<void> {
    try {
      await this.operations.renew([...this.running.keys()], new Date());
    } catch (error) {
      // Whoever takes one over looks whether it was done.
      this.logger.warn({ err: error }, 'operations could not be kept');
    }
  }

  private async attempt(operation: Operation): Promise<void> {
    const { id, request, maybeSince } = operation;
    const startedAt = new Date();
    const pausedUntil = await this.pause.current();
    if (pausedUntil)
      return this.operations.postpone(id, pausedUntil, 'the ticket system asked for a pause', maybeSince);
    try {
      const attempt = await carryOut(operation, this.backend, this.context());
      if (attempt.kind === 'unclear') {
        const until = new Date(startedAt.getTime() + this.waitAfter(operation.attempts, startedAt, attempt.since));
        return await this.operations.postpone(id, until, 'it may have happened and is looked up again', attempt.since);
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
    await this.operations.postpone(id, new Date(startedAt.getTime() + wait), reason, maybeSince);
  }

  private waitAfter(attempts: number, at: Date, maybeSince: Date | undefined): number {
    const { createHorizonMs } = this.backend.capabilities;
    return maybeSince
      ? lookUpWaitMs(at.getTime() - maybeSince.getTime(), createHorizonMs)
      : backoffMs(attempts, Math.random);
  }

  private async settle(
    { id, request }: Operation,
    state: OperationState,
    outcome: OperationOutcome,
    failed?: { reason: string; maybeSince: Date | undefined },
  ): Promise<void> {
    if (failed) await this.watches.expectNothing(request);
    const isToBeTold = await this.operations.settle(id, state, outcome, failed);
    for (const waiting of this.waiting.get(id) ?? []) waiting(outcome);
    if (isToBeTold) await this.tell(id, request, outcome);
  }

  private async tell(id: string, request: OperationRequest, outcome: OperationOutcome): Promise<void> {
    const { conversationId } = request;
    if (conversationId !== undefined) {
      const title = request.kind === 'open' ? { title: request.title } : {};
      await this.bus.publish(
        IncidentSettled,
        { conversationId, operationId: id, ...title, outcome },
        { conversationId },
      );
    }
    await this.operations.told(id);
  }

  /** Waits for an outcome, for that long at most. */
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
