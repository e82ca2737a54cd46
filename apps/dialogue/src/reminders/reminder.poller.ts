import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BusUnavailableError, MessageBus } from '#bus';
import { ReminderTriggered } from '#contracts';
import { LOGGER, type Logger } from '#service';
import { StoreUnavailableError } from '#store';
import { ReminderStore, type DueReminder } from './reminder.store.js';

const INTERVAL_MS = 1_000;

/**
 * Puts due reminders on the bus, where they have the delivery of every message. They wait in the database, so neither a
 * restart nor a replica's death loses one.
 */
@Injectable()
export class ReminderPoller implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    private readonly reminders: ReminderStore,
    private readonly bus: MessageBus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.wait();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.working;
  }

  /** Announces what is due now. Never rejects: what could not be announced is due again. */
  async tick(): Promise<void> {
    // A reminder that is taken while it cannot be sent would wait for longer than the broker is away.
    if (this.bus.problem()) return;
    try {
      for (const reminder of await this.reminders.takeDue()) await this.announce(reminder);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) this.logger.error({ err: error }, 'Reminders could not be read.');
    }
  }

  private wait(): void {
    this.timer = setTimeout(() => {
      this.working = this.tick().then(() => {
        if (!this.isStopped) this.wait();
      });
    }, INTERVAL_MS);
  }

  private async announce(reminder: DueReminder): Promise<void> {
    const { conversationId, dueAt, ...due } = reminder;
    try {
      const data = { conversationId, ...due, dueAt: dueAt.toISOString() };
      await this.bus.publish(ReminderTriggered, data, { conversationId });
    } catch (error) {
      if (!(error instanceof BusUnavailableError))
        this.logger.error({ err: error, conversationId }, 'A due reminder could not be announced.');
      await this.reminders.release(reminder);
    }
  }
}
