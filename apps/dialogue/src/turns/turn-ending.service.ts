import { Inject, Injectable } from '@nestjs/common';
import { type Tracker } from '#dialogue-engine';
import { LOGGER, SETTINGS, type Logger } from '#service';
import { type Conversation, type NewTurn, type Reminder } from '../conversations/conversation.store.js';
import { type TurnOutcome } from '../conversations/dialogue.schema.js';
import { type DialogueSettings } from '../settings/dialogue.settings.js';
import { isStorableName, momentOf } from './reminder-time.js';
import { type FinishedTurn } from './turn-runner.service.js';

/** What the end of a turn depends on, besides what the turn did. */
export interface Ending {
  conversation: Conversation;
  /** As the turn left it. */
  tracker: Tracker;
  /** Names the turn for ever. */
  recordId: string;
  outputChannel: string;
  turn: Pick<FinishedTurn, 'events' | 'messages' | 'handedOverTo'>;
  /** What the person wrote; null when the assistant speaks by itself or the message is the host's business. */
  userText?: string | null;
  /**
   * A conversation that a host had is the assistant's again, unless the turn hands it over anew: after a message that
   * the assistant acted upon, after the host gave it back or failed, and after its events were replaced. Otherwise, for
   * example after a reminder, it stays with the host.
   */
  comesHome: boolean;
  /** The message goes to the host that has the conversation. */
  forwardedText?: string;
}

/**
 * Decides how a turn ends, for every kind of turn: what was promised about it (`outcome`), where the conversation stands
 * (`snapshot`), which reminders are to come and who has the conversation.
 */
@Injectable()
export class TurnEndingService {
  /** The first message to a host: who sends it the conversation. */
  private readonly introduction: string;

  constructor(
    @Inject(SETTINGS) { PUBLIC_URL }: Pick<DialogueSettings, 'PUBLIC_URL'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.introduction = `/handoff${JSON.stringify({ from_host: PUBLIC_URL })}`;
  }

  /** The turn as it is recorded. */
  end(ending: Ending): NewTurn {
    const { conversation, tracker, recordId, outputChannel, turn, userText = null, comesHome } = ending;
    const hostBefore = comesHome ? null : conversation.handedOffTo;
    return {
      messageId: recordId,
      userText,
      events: turn.events,
      outcome: this.outcomeOf(ending),
      snapshot: tracker.snapshot(),
      reminders: this.remindersOf(tracker, outputChannel),
      handedOffTo: turn.handedOverTo ?? hostBefore,
    };
  }

  /** The reminders that are to come. One that cannot be kept never comes, which is logged. */
  remindersOf(tracker: Tracker, outputChannel: string): Reminder[] {
    return tracker.reminders.flatMap(({ name, date_time }) => {
      const dueAt = momentOf(date_time);
      if (dueAt && isStorableName(name)) return [{ name, dueAt, outputChannel }];
      this.logger.warn({ date_time }, 'A reminder needs a date_time in ISO 8601 and a short name; it never comes.');
      return [];
    });
  }

  private outcomeOf({ conversation, turn: { messages, handedOverTo }, forwardedText }: Ending): TurnOutcome {
    if (handedOverTo !== undefined)
      return { kind: 'forwarded', messages, host: handedOverTo, text: this.introduction, isFirst: true };
    if (forwardedText !== undefined && conversation.handedOffTo !== null)
      return { kind: 'forwarded', messages, host: conversation.handedOffTo, text: forwardedText, isFirst: false };
    return { kind: 'completed', messages };
  }
}
