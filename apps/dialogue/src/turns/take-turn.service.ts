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

/** Fresh starts of a turn that lost to another replica. */
const MAX_ATTEMPTS = 5;
/** Brings a handed-off conversation home, whether the person or the host asks for it. */
export const HANDBACK_INTENT = 'handback';

type Trace = NonNullable<DataOf<typeof TurnCompleted>['trace']>;

/** A turn that was decided and not yet recorded. */
export interface DecidedTurn extends NewTurn {
  trace?: Trace;
}

/**
 * Takes turns exactly once: what a turn did and said is recorded in one transaction under its message's id, and only
 * then published. A message that comes again gets the recorded outcome again.
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
   * Decides, records and publishes a turn unless it was recorded before; then only publishes.
   * @param recordId names the turn for ever.
   * @param answeredId the person's message that its outcome answers; undefined when the assistant speaks by itself.
   * @param decide undefined: there is nothing to do after all, and nothing is recorded.
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

  /** The turn of a message: ours, or forwarded when the conversation is somebody else's. */
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
