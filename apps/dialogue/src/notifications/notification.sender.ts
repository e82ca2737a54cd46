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
/** Delay before the next attempt when the conversation has an open question, and after a failure. In seconds. */
const AFTER_QUESTION_S = 2;
const AFTER_FAILURE_S = 15;
/** The output channel for conversations without a known channel. */
const OUTPUT_CHANNEL = 'collector';

/**
 * Sends notifications. Each is a turn that starts with the intent `incident_settled` or `incident_updated`, whose
 * entities describe the event. The assistant's rules decide the answer. A notification waits while the assistant has an
 * open question. Each is sent once, because its turn is recorded under its id.
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

  /** Sends the notifications that are due. Never rejects; failed notifications are retried later. */
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
        // The replica that took over the rest sends it.
        if (signal.aborted) return;
        const settle = await this.attempt(each);
        // Not renewed any more from here on, so that a renewal after its removal does not count it as lost.
        held.delete(each.id);
        await settle();
      }
    });
  }

  /** @returns the next step for the notification */
  private async attempt({ id, conversationId, event }: WaitingNotification): Promise<() => Promise<void>> {
    try {
      if (await this.send(id, conversationId, event)) return () => this.notifications.forget(id);
      return () => this.notifications.postpone(id, AFTER_QUESTION_S);
    } catch (error) {
      this.logger.warn({ err: error, conversationId }, 'A notification could not be sent yet.');
      return () => this.notifications.postpone(id, AFTER_FAILURE_S);
    }
  }

  /** @returns whether the notification is done: it was sent now or before, or the assistant has no intent for it */
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

/** Whether the assistant has an open question. */
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
  throw new Error(`No notification exists for events of the type ${type}.`);
}
