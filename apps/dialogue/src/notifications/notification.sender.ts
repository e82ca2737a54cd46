import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { IncidentSettled, IncidentUpdated, type DataOf, type Envelope } from '#contracts';
import { type Tracker, type Trigger } from '#dialogue-engine';
import { LOGGER, type Logger } from '#service';
import { StoreUnavailableError, whileRenewing } from '#store';
import { TurnRunner } from '../turns/turn-runner.service.js';
import { TakeTurnService } from '../turns/take-turn.service.js';
import { TurnEndingService } from '../turns/turn-ending.service.js';
import { NotificationStore, type WaitingNews } from './notification.store.js';

const INTERVAL_MS = 1_000;
/** When news are tried again that came in the middle of a question, and after a failure. Seconds. */
const AFTER_QUESTION_S = 2;
const AFTER_FAILURE_S = 15;
/** For conversations that nobody wrote in through a channel that we know. */
const OUTPUT_CHANNEL = 'collector';

/**
 * Tells news: each is a turn that begins with an intent from outside, `incident_settled` or `incident_updated`, whose
 * entities say what happened; the assistant's rules say what it answers. Never in the middle of a question: then they
 * wait. Each is told once, because the turn is recorded under its name.
 */
@Injectable()
export class NotificationSender implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;

  constructor(
    private readonly news: NotificationStore,
    private readonly turns: TakeTurnService,
    private readonly turnRunner: TurnRunner,
    private readonly endings: TurnEndingService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tick(), INTERVAL_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.working;
  }

  /** Tells what can be told now. Never rejects: what could not be told is tried again. */
  tick(): Promise<void> {
    this.working ??= this.tellDue()
      .catch((error: unknown) => {
        if (!(error instanceof StoreUnavailableError)) this.logger.error({ err: error }, 'News could not be read.');
      })
      .finally(() => (this.working = undefined));
    return this.working;
  }

  private async tellDue(): Promise<void> {
    const due = await this.news.takeDue();
    const held = new Set(due.map(({ id }) => id));
    await whileRenewing(
      () => this.news.renew(held),
      async () => {
        for (const each of due) {
          await this.settle(each);
          held.delete(each.id);
        }
      },
    );
  }

  private async settle(each: WaitingNews): Promise<void> {
    try {
      if (await this.tell(each)) await this.news.forget(each.id);
      else await this.news.putOff(each.id, AFTER_QUESTION_S);
    } catch (error) {
      this.logger.warn({ err: error, conversationId: each.conversationId }, 'News could not be told yet.');
      await this.news.putOff(each.id, AFTER_FAILURE_S);
    }
  }

  /** @returns whether it is settled: told now or before, or nothing that this assistant tells. */
  private async tell({ id, conversationId, event }: WaitingNews): Promise<boolean> {
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
  throw new Error(`There are no news of the type ${type}.`);
}
