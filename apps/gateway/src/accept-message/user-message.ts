import { randomUUID } from 'node:crypto';
import { type UserMessage } from '#contracts';

/** A message from a channel. Its parts are validated already (`message.validation.ts`). */
export interface ReceivedMessage {
  conversationId: string;
  text: string;
  channel: UserMessage['channel'];
  /**
   * Chosen by the client, so that a message that is sent again is answered and not taken twice. A new id when absent.
   */
  messageId?: string | null | undefined;
  metadata?: Record<string, unknown> | undefined;
  /** The writer's identity, as the channel asserts it. */
  identity?: UserMessage['identity'] | undefined;
  /** Whether the sender wants a trace of the decisions. */
  wantsTrace?: boolean;
}

/** Builds the message for the bus. Every channel and the shell use this function. */
export function userMessage(received: ReceivedMessage): UserMessage {
  const { conversationId, text, channel, messageId, metadata, identity, wantsTrace } = received;
  return {
    messageId: messageId ?? randomUUID(),
    conversationId,
    text: text.trim(),
    channel,
    ...(metadata && { metadata }),
    ...(identity && { identity }),
    ...(wantsTrace !== undefined && { wantsTrace }),
    sentAt: new Date().toISOString(),
  };
}
