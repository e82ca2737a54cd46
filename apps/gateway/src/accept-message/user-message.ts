import { randomUUID } from 'node:crypto';
import { type UserMessage } from '#contracts';

/** What a channel knows of a message; its parts were validated (`message.validation.ts`). */
export interface ReceivedMessage {
  conversationId: string;
  text: string;
  channel: UserMessage['channel'];
  /** Chosen by the client, so that the same message sent again is answered and not repeated; else a new one. */
  messageId?: string | null | undefined;
  metadata?: Record<string, unknown> | undefined;
  /** Whom the channel asserts to be writing. */
  identity?: UserMessage['identity'] | undefined;
  /** Asks for the reasons of every decision. */
  wantsTrace?: boolean;
}

/** The message as it goes onto the bus. Every channel and the shell build theirs here. */
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
