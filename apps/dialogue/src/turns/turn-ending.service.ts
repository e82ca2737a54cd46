import { Inject, Injectable } from '@nestjs/common';
import { type Tracker } from '#dialogue-engine';
import { LOGGER, SETTINGS, type Logger } from '#service';
import { type Conversation, type NewTurn, type Reminder } from '../conversations/conversation.store.js';
import { type TurnOutcome } from '../conversations/dialogue.schema.js';
import { type DialogueSettings } from '../settings/dialogue.settings.js';
import { isStorableName, momentOf } from './reminder-time.js';
import { type FinishedTurn } from './turn-runner.service.js';

/** The turn and everything else that its end depends on. */
export interface Ending {
  conversation: Conversation;
  /** The tracker after the turn. */
  tracker: Tracker;
  /** Permanent id of the turn. */
  recordId: string;
  outputChannel: string;
  turn: Pick<FinishedTurn, 'events' | 'messages' | 'handedOverTo'>;
  /** The person's text; null when the assistant speaks by itself, or when the turn relays a host's answer. */
  userText?: string | null;
  /**
   * Whether the assistant takes the conversation back from a host, unless this turn hands it over again. True after a
   * message that the assistant answered, after the host gave the conversation back or failed, and after its events were
   * replaced. False otherwise, for example after a reminder: the conversation stays with the host.
   */
  comesHome: boolean;
  /** Text of a message that goes to the host that has the conversation. */
  forwardedText?: string;
}

/**
 * Decides how every kind of turn ends: its result (`outcome`), the state of the conversation (`snapshot`), the
 * scheduled reminders and who has the conversation.
 */
@Injectable()
export class TurnEndingService {
  /** The first message to a host. It names the sender of the conversation. */
  private readonly introduction: string;

  constructor(
    @Inject(SETTINGS) { PUBLIC_URL }: Pick<DialogueSettings, 'PUBLIC_URL'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.introduction = `/handoff${JSON.stringify({ from_host: PUBLIC_URL })}`;
  }

  /** The turn in the form in which it is recorded. */
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

  /** The scheduled reminders. Logs and skips a reminder that cannot be stored. */
  remindersOf(tracker: Tracker, outputChannel: string): Reminder[] {
    return tracker.reminders.flatMap(({ name, date_time }) => {
      const dueAt = momentOf(date_time);
      if (dueAt && isStorableName(name)) return [{ name, dueAt, outputChannel }];
      this.logger.warn({ date_time }, 'A reminder was dropped. It needs a date_time in ISO 8601 and a short name.');
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
