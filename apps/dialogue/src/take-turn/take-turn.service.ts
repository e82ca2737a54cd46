import { Inject, Injectable } from '@nestjs/common';
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
} from '../conversation.store.js';
import { SETTINGS } from '#service';
import { type DialogueSettings } from '../dialogue.settings.js';
import { Conductor, type ConductedTurn, type Utterance } from './conductor.js';

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
  /** The first message to a host: who sends it the conversation. */
  private readonly introduction: string;

  constructor(
    private readonly conversations: ConversationStore,
    private readonly conductor: Conductor,
    private readonly bus: MessageBus,
    @Inject(SETTINGS) { PUBLIC_URL }: DialogueSettings,
  ) {
    this.introduction = `/handoff${JSON.stringify({ from_host: PUBLIC_URL })}`;
  }

  async take({ message, understanding }: DataOf<typeof MessageUnderstood>, cause: Envelope): Promise<void> {
    const { conversationId, messageId, text, channel, metadata, wantsTrace } = message;
    const utterance: Utterance = {
      messageId,
      text,
      understanding,
      inputChannel: channel.input,
      outputChannel: channel.output,
      ...(metadata && { metadata }),
    };
    await this.once(conversationId, messageId, messageId, cause, async (conversation) => {
      const { trace, ...turn } = await this.decide(conversation, utterance, cause);
      return { ...turn, userText: text, ...(wantsTrace && trace && { trace }) };
    });
  }

  /**
   * Decides, records and publishes a turn unless it was recorded before; then only publishes.
   * @param recordId names the turn for ever.
   * @param answeredId the person's message that its outcome answers.
   */
  async once(
    conversationId: string,
    recordId: string,
    answeredId: string,
    cause: Envelope,
    decide: (conversation: Conversation) => Promise<DecidedTurn>,
  ): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { conversation, recorded } = await this.conversations.load(conversationId, recordId);
      if (recorded) return this.publish(conversationId, answeredId, recorded, cause);
      const turn = await decide(conversation);
      try {
        const number = await this.conversations.record(conversation, turn);
        return await this.publish(conversationId, answeredId, { number, outcome: turn.outcome }, cause, turn.trace);
      } catch (error) {
        if (!(error instanceof VersionConflict)) throw error;
        if (attempt === MAX_ATTEMPTS) throw new RetryableError(error.message, 0, { cause: error });
      }
    }
  }

  /** The turn of a message: ours, or forwarded when the conversation is somebody else's. */
  private async decide(conversation: Conversation, utterance: Utterance, cause: Envelope): Promise<DecidedTurn> {
    const tracker = this.conductor.trackerOf(conversation);
    const { messageId, understanding, text } = utterance;
    if (conversation.handedOffTo && understanding.intent.name !== HANDBACK_INTENT) {
      const { events } = this.conductor.overhear(tracker, utterance);
      const outcome = {
        kind: 'forwarded' as const,
        messages: [],
        host: conversation.handedOffTo,
        text,
        isFirst: false,
      };
      const snapshot = tracker.snapshot();
      return { messageId, userText: null, events, outcome, snapshot, handedOffTo: conversation.handedOffTo };
    }
    const turn = await this.conductor.converse(tracker, utterance, cause);
    const { events, messages, handedOverTo } = turn;
    return {
      messageId,
      userText: null,
      events,
      outcome: handedOverTo
        ? { kind: 'forwarded', messages, host: handedOverTo, text: this.introduction, isFirst: true }
        : { kind: 'completed', messages },
      snapshot: tracker.snapshot(),
      handedOffTo: handedOverTo ?? null,
      trace: traceOf(turn, understanding, tracker.slots),
    };
  }

  private async publish(
    conversationId: string,
    messageId: string,
    { number, outcome }: RecordedTurn,
    cause: Envelope,
    trace?: Trace,
  ): Promise<void> {
    if (outcome.kind === 'forwarded') {
      const { host, text, isFirst } = outcome;
      await this.bus.publish(MessageForwarded, { conversationId, messageId, host, text, isFirst }, { cause });
    } else {
      const { messages } = outcome;
      const turn = { conversationId, messageId, turn: number, messages, ...(trace && { trace }) };
      await this.bus.publish(TurnCompleted, turn, { cause });
    }
  }
}

function traceOf(
  turn: ConductedTurn,
  { intent, entities }: Understanding,
  slots: Readonly<Record<string, unknown>>,
): Trace {
  return {
    ...(intent.name !== null && { intent: intent.name }),
    confidence: intent.confidence,
    entities: entities.map(({ entity, value }) => ({ entity, value })),
    actions: turn.trace.actions,
    slots: { ...slots },
  };
}
