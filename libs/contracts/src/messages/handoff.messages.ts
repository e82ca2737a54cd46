import { Type } from 'typebox';
import { BotMessage, Id } from './conversation.js';
import { defineEvent } from '../contract/contract.js';

/** dialogue → handoff */
export const MessageForwarded = defineEvent({
  type: 'message.forwarded.v1',
  summary: 'A message of a handed-off conversation was forwarded to its host.',
  data: Type.Object({
    conversationId: Id,
    messageId: Id,
    /** Key of the host in the assistant's `handoff_hosts`. */
    host: Type.String({ minLength: 1 }),
    text: Type.String({ minLength: 1 }),
    /** True for the `/handoff{…}` that starts the hand-off. */
    isFirst: Type.Boolean(),
  }),
});

/** handoff → dialogue */
export const HostAnswered = defineEvent({
  type: 'host.answered.v1',
  summary: 'The host of a handed-off conversation answered a message or failed to answer it.',
  data: Type.Object({
    conversationId: Id,
    messageId: Id,
    host: Type.String(),
    title: Type.String(),
    outcome: Type.Union([
      Type.Object({
        kind: Type.Literal('answered'),
        messages: Type.Array(BotMessage),
        /** True when the host named our own address as the next host. */
        isHandedBack: Type.Boolean(),
      }),
      Type.Object({ kind: Type.Literal('failed'), reason: Type.String() }),
    ]),
  }),
});
