import { Injectable } from '@nestjs/common';
import { MessageBus, RetryableError } from '#bus';
import {
  MessageForwarded,
  TurnCompleted,
  type DataOf,
  type Envelope,
  type MessageUnderstood,
  type Understanding,
} from '#contracts';
import {
  ConversationStore,
  VersionConflict,
  type Conversation,
  type NewTurn,
  type RecordedTurn,
} from '../conversations/conversation.store.js';
import { TurnEndingService } from './turn-ending.service.js';
import { TurnRunner, type FinishedTurn, type Utterance } from './turn-runner.service.js';

/** Maximum number of attempts at a turn when other replicas record first. */
const MAX_ATTEMPTS = 5;
/** The intent that takes a handed-off conversation back, from the person or from the host. */
export const HANDBACK_INTENT = 'handback';

type Trace = NonNullable<DataOf<typeof TurnCompleted>['trace']>;

/** A turn that is decided and not yet recorded. */
export interface DecidedTurn extends NewTurn {
  trace?: Trace;
}

/**
 * Takes turns exactly once. The events and the outcome of a turn are recorded in one transaction under its message's
 * id, and only then published. A repeated message gets the recorded outcome again.
 */
@Injectable()
export class TakeTurnService {
  constructor(
    private readonly conversations: ConversationStore,
    private readonly turnRunner: TurnRunner,
    private readonly endings: TurnEndingService,
    private readonly bus: MessageBus,
  ) {}

  async take({ message, understanding }: DataOf<typeof MessageUnderstood>, cause: Envelope): Promise<void> {
    const { conversationId, messageId, text, channel, metadata, identity, wantsTrace = false } = message;
    const utterance: Utterance = {
      messageId,
      text,
      understanding,
      inputChannel: channel.input,
      outputChannel: channel.output,
      wantsTrace,
      ...(metadata && { metadata }),
      ...(identity && { assertedEmail: identity.email }),
    };
    await this.once(conversationId, messageId, messageId, cause, (conversation) =>
      this.decide(conversation, utterance, cause),
    );
  }

  /**
   * Decides, records and publishes a turn. If the turn was recorded before, only publishes its outcome again.
   * @param recordId permanent id of the turn
   * @param answeredId id of the message that the outcome answers; undefined when the assistant speaks by itself
   * @param decide returns undefined when there is nothing to do; then nothing is recorded
   */
  async once(
    conversationId: string,
    recordId: string,
    answeredId: string | undefined,
    cause: Envelope,
    decide: (conversation: Conversation) => Promise<DecidedTurn | undefined>,
  ): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { conversation, recorded } = await this.conversations.load(conversationId, recordId);
      if (recorded) return this.publish(conversationId, recordId, answeredId, recorded, cause);
      const turn = await decide(conversation);
      if (!turn) return;
      try {
        const number = await this.conversations.record(conversation, turn);
        const done = { number, outcome: turn.outcome };
        return await this.publish(conversationId, recordId, answeredId, done, cause, turn.trace);
      } catch (error) {
        if (!(error instanceof VersionConflict)) throw error;
        if (attempt === MAX_ATTEMPTS) throw new RetryableError(error.message, 0, { cause: error });
      }
    }
  }

  /** Decides the turn of a message. Forwards the message when another host has the conversation. */
  private async decide(conversation: Conversation, utterance: Utterance, cause: Envelope): Promise<DecidedTurn> {
    const tracker = this.turnRunner.trackerOf(conversation);
    const { messageId, understanding, text, outputChannel, wantsTrace } = utterance;
    const ending = { conversation, tracker, recordId: messageId, outputChannel, userText: text };
    if (conversation.handedOffTo !== null && understanding.intent.name !== HANDBACK_INTENT) {
      const turn = this.turnRunner.recordUserMessage(tracker, utterance);
      return this.endings.end({ ...ending, turn, comesHome: false, forwardedText: text });
    }
    const turn = await this.turnRunner.converse(tracker, utterance, cause);
    const ended = this.endings.end({ ...ending, turn, comesHome: true });
    return wantsTrace ? { ...ended, trace: traceOf(turn, understanding, tracker.slots) } : ended;
  }

  private async publish(
    conversationId: string,
    recordId: string,
    answeredId: string | undefined,
    { number, outcome }: RecordedTurn,
    cause: Envelope,
    trace?: Trace,
  ): Promise<void> {
    if (outcome.kind === 'forwarded') {
      const { host, text, isFirst } = outcome;
      const messageId = answeredId ?? recordId;
      await this.bus.publish(MessageForwarded, { conversationId, messageId, host, text, isFirst }, { cause });
    } else {
      const { messages } = outcome;
      const answered = answeredId !== undefined && { messageId: answeredId };
      const turn = { conversationId, ...answered, turn: number, messages, ...(trace && { trace }) };
      await this.bus.publish(TurnCompleted, turn, { cause });
    }
  }
}

function traceOf(
  turn: FinishedTurn,
  { intent, entities }: Understanding,
  slots: Readonly<Record<string, unknown>>,
): Trace {
  return {
    ...(intent.name !== null && { intent: intent.name }),
    confidence: intent.confidence,
    entities: entities.map(({ entity, value, role, group }) => ({
      entity,
      value,
      ...(role !== undefined && { role }),
      ...(group !== undefined && { group }),
    })),
    actions: turn.trace.actions,
    slots: { ...slots },
  };
}
