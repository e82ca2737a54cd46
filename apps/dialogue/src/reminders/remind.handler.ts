import { createHash } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type DataOf, type Envelope, type ReminderTriggered } from '#contracts';
import { TurnRunner } from '../turns/turn-runner.service.js';
import { TakeTurnService } from '../turns/take-turn.service.js';
import { TurnEndingService } from '../turns/turn-ending.service.js';
import { ReminderStore } from './reminder.store.js';

/**
 * Takes the turn of a due reminder. The turn answers no message; it reaches every client that has the conversation
 * open.
 */
@Controller()
export class RemindHandler {
  constructor(
    private readonly turns: TakeTurnService,
    private readonly turnRunner: TurnRunner,
    private readonly endings: TurnEndingService,
    private readonly reminders: ReminderStore,
  ) {}

  @EventPattern<string>('reminder.triggered.v1')
  async remind(@Payload() due: DataOf<typeof ReminderTriggered>, @Ctx() cause: Envelope): Promise<void> {
    const { conversationId, name, dueAt, outputChannel } = due;
    const recordId = recordIdOf(name, dueAt);
    await this.turns.once(conversationId, recordId, undefined, cause, async (conversation) => {
      const tracker = this.turnRunner.trackerOf(conversation);
      const scheduled = this.endings.remindersOf(tracker, outputChannel).find((reminder) => reminder.name === name);
      // Another reminder has replaced this one under the same name, and has its own due time.
      const isReplaced = scheduled && scheduled.dueAt.toISOString() !== dueAt;
      const turn = isReplaced ? undefined : await this.turnRunner.remind(tracker, name, recordId, outputChannel, cause);
      if (!turn) {
        await this.reminders.forget({ conversationId, name, dueAt: new Date(dueAt) });
        return undefined;
      }
      return this.endings.end({ conversation, tracker, recordId, outputChannel, turn, comesHome: false });
    });
  }
}

/** The same reminder has the same id at every delivery. It is a hash, because names may have any length. */
const recordIdOf = (name: string, dueAt: string): string =>
  `reminder:${createHash('sha256').update(`${dueAt} ${name}`).digest('hex').slice(0, 32)}`;
