import { createHash } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type DataOf, type Envelope, type ReminderTriggered } from '#contracts';
import { TurnRunner } from '../turns/turn-runner.service.js';
import { TakeTurnService } from '../turns/take-turn.service.js';
import { TurnEndingService } from '../turns/turn-ending.service.js';
import { ReminderStore } from './reminder.store.js';

/** A due reminder is a turn that nobody's message began; it reaches whoever has the conversation open. */
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
      // Another one took the name since, and its own time will come.
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

/** The same reminder has the same id whenever it is delivered; names may be of any length. */
const recordIdOf = (name: string, dueAt: string): string =>
  `reminder:${createHash('sha256').update(`${dueAt} ${name}`).digest('hex').slice(0, 32)}`;
