import { type Understanding } from '#contracts';
import { type UserEvent } from './event.js';
import { entitiesOf } from './reminder.js';

/** A user message with its NLU result. */
export interface IncomingMessage {
  text: string;
  understanding: Understanding;
  messageId: string;
  inputChannel: string;
  outputChannel: string;
  metadata?: Record<string, unknown>;
  /** Asks every policy, even for a certain answer, so that the trace contains all predictions. */
  wantsTrace?: boolean;
}

/** An intent from outside instead of a message: a due reminder, or `POST …/trigger_intent`. */
export interface Trigger {
  intent: string;
  /** A list of entities, or values by entity. */
  entities?: unknown;
  messageId: string;
  /** If absent, the conversation's latest channel. */
  inputChannel?: string;
  outputChannel: string;
  metadata?: Record<string, unknown>;
}

/** The message that stands for an intent from outside. */
export function externalMessage(trigger: Trigger, latestInputChannel: string | null): IncomingMessage {
  const { messageId, outputChannel, metadata } = trigger;
  const text = `EXTERNAL: ${trigger.intent}`;
  const intent = { name: trigger.intent, confidence: 1 };
  return {
    text,
    understanding: { text, intent, entities: entitiesOf(trigger.entities), intent_ranking: [intent] },
    messageId,
    inputChannel: trigger.inputChannel ?? latestInputChannel ?? outputChannel,
    outputChannel,
    metadata: { ...metadata, is_external: true },
  };
}

/** The event that records a message. */
export function userEvent({ text, understanding, messageId, inputChannel, metadata = {} }: IncomingMessage): UserEvent {
  const { text_tokens, ...parsed } = understanding;
  return {
    event: 'user',
    text,
    parse_data: {
      ...parsed,
      ...(text_tokens && { text_tokens }),
      text,
      message_id: messageId,
      metadata,
    },
    input_channel: inputChannel,
    message_id: messageId,
    metadata,
  };
}
