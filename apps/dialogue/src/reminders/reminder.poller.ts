import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BusUnavailableError, MessageBus } from '#bus';
import { ReminderTriggered } from '#contracts';
import { LOGGER, Poller, type Logger } from '#service';
import { StoreUnavailableError } from '#store';
import { ReminderStore, type DueReminder } from './reminder.store.js';

const INTERVAL_MS = 1_000;

/**
 * Publishes due reminders on the bus, which delivers them like every message. Reminders wait in the database, so
 * neither a restart nor a dead replica loses one.
 */
@Injectable()
export class ReminderPoller implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly poller: Poller;

  constructor(
    private readonly reminders: ReminderStore,
    private readonly bus: MessageBus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.poller = new Poller(() => this.publishDue(), {
      everyMs: INTERVAL_MS,
      onError: (error) => {
        if (!(error instanceof StoreUnavailableError))
          this.logger.error({ err: error }, 'Reminders could not be read.');
      },
    });
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.poller.stop();
  }

  /** Publishes the due reminders. Never rejects; a reminder that could not be published is due again. */
  poll(): Promise<void> {
    return this.poller.wake();
  }

  private async publishDue(): Promise<void> {
    // A reminder that is taken while the broker is unavailable would wait for its lease to end, which can take longer.
    if (this.bus.problem()) return;
    for (const reminder of await this.reminders.takeDue()) await this.publish(reminder);
  }

  private async publish(reminder: DueReminder): Promise<void> {
    const { conversationId, dueAt, ...due } = reminder;
    try {
      const data = { conversationId, ...due, dueAt: dueAt.toISOString() };
      await this.bus.publish(ReminderTriggered, data, { conversationId });
    } catch (error) {
      if (!(error instanceof BusUnavailableError))
        this.logger.error({ err: error, conversationId }, 'A due reminder could not be published.');
      await this.reminders.release(reminder);
    }
  }
}
