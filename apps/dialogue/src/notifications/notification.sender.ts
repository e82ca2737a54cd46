import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { IncidentSettled, IncidentUpdated, type DataOf, type Envelope } from '#contracts';
import { type Tracker, type Trigger } from '#dialogue-engine';
import { LOGGER, Poller, type Logger } from '#service';
import { StoreUnavailableError } from '#store';
import { TurnRunner } from '../turns/turn-runner.service.js';
import { TakeTurnService } from '../turns/take-turn.service.js';
import { TurnEndingService } from '../turns/turn-ending.service.js';
import { NotificationStore, type WaitingNotification } from './notification.store.js';

const INTERVAL_MS = 1_000;
/** When a notification is tried again that came in the middle of a question, and after a failure. Seconds. */
const AFTER_QUESTION_S = 2;
const AFTER_FAILURE_S = 15;
/** For conversations that nobody wrote in through a channel that we know. */
const OUTPUT_CHANNEL = 'collector';

/**
 * Sends notifications: each is a turn that begins with an intent from outside, `incident_settled` or `incident_updated`,
 * whose entities say what happened; the assistant's rules say what it answers. Never in the middle of a question: then
 * they wait. Each is sent once, because the turn is recorded under its name.
 */
@Injectable()
export class NotificationSender implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly poller: Poller;

  constructor(
    private readonly notifications: NotificationStore,
    private readonly turns: TakeTurnService,
    private readonly turnRunner: TurnRunner,
    private readonly endings: TurnEndingService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.poller = new Poller(() => this.sendDue(), {
      everyMs: INTERVAL_MS,
      onError: (error) => {
        if (!(error instanceof StoreUnavailableError))
          this.logger.error({ err: error }, 'Notifications could not be read.');
      },
    });
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.poller.stop();
  }

  /** Sends what can be sent now. Never rejects: what could not be sent is tried again. */
  poll(): Promise<void> {
    return this.poller.wake();
  }

  private async sendDue(): Promise<void> {
    const due = await this.notifications.takeDue();
    const held = new Set(due.map(({ id }) => id));
    const renew = async (): Promise<boolean> => {
      const renewed = await this.notifications.renew(held);
      return [...held].every((id) => renewed.has(id));
    };
    await this.notifications.lease.whileRenewing(renew, async (signal) => {
      for (const each of due) {
        // What is left is sent by whoever took it over.
        if (signal.aborted) return;
        const settle = await this.attempt(each);
        // Before it is removed: a renewal that misses it then has lost nothing.
        held.delete(each.id);
        await settle();
      }
    });
  }

  /** @returns what is to become of the notification */
  private async attempt({ id, conversationId, event }: WaitingNotification): Promise<() => Promise<void>> {
    try {
      if (await this.send(id, conversationId, event)) return () => this.notifications.forget(id);
      return () => this.notifications.postpone(id, AFTER_QUESTION_S);
    } catch (error) {
      this.logger.warn({ err: error, conversationId }, 'A notification could not be sent yet.');
      return () => this.notifications.postpone(id, AFTER_FAILURE_S);
    }
  }

  /** @returns whether it is settled: sent now or before, or nothing that this assistant answers to. */
  private async send(id: string, conversationId: string, event: Envelope): Promise<boolean> {
    let isSettled = true;
    await this.turns.once(conversationId, id, undefined, event, async (conversation) => {
      const tracker = this.turnRunner.trackerOf(conversation);
      if (conversation.handedOffTo !== null || isAsking(tracker)) {
        isSettled = false;
        return undefined;
      }
      const turn = await this.turnRunner.trigger(tracker, triggerOf(id, event), event);
      if (!turn) return undefined;
      const ending = { conversation, tracker, recordId: id, outputChannel: OUTPUT_CHANNEL, turn };
      return this.endings.end({ ...ending, comesHome: false });
    });
    return isSettled;
  }
}

/** Whether the person was asked something that they have not answered. */
const isAsking = (tracker: Tracker): boolean => tracker.activeLoop !== null || tracker.isPaused;

function triggerOf(messageId: string, { type, data }: Envelope): Trigger {
  const about = { messageId, outputChannel: OUTPUT_CHANNEL };
  if (type === IncidentSettled.type) {
    const { title, outcome } = data as DataOf<typeof IncidentSettled>;
    return { ...about, intent: 'incident_settled', entities: { ...(title && { title }), ...outcome } };
  }
  const { number, title, state, isResolved, comment } = data as DataOf<typeof IncidentUpdated>;
  const entities = { number, title, ...(state && { state, is_resolved: isResolved }), ...(comment && { comment }) };
  if (type === IncidentUpdated.type) return { ...about, intent: 'incident_updated', entities };
  throw new Error(`There are no notifications of the type ${type}.`);
}
