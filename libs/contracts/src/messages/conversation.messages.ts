import { Type } from 'typebox';
import { BotMessage, Id, Understanding, UserMessage } from './conversation.js';
import { defineEvent, defineRequest } from '../contract/contract.js';

/** gateway → nlu */
export const MessageReceived = defineEvent({
  type: 'message.received.v1',
  summary: 'A person wrote something on a channel, and the gateway accepted it.',
  data: UserMessage,
});

/** nlu → dialogue */
export const MessageUnderstood = defineEvent({
  type: 'message.understood.v1',
  summary: 'The text of a message was parsed into intent and entities.',
  data: Type.Object({ message: UserMessage, understanding: Understanding }),
});

/** dialogue → the gateways that hold the conversation */
export const TurnCompleted = defineEvent({
  type: 'turn.completed.v1',
  delivery: 'addressed',
  summary: 'The assistant finished a turn; these are its answers, in order.',
  data: Type.Object({
    conversationId: Id,
    /** The message that was answered; absent when the assistant speaks by itself. */
    messageId: Type.Optional(Id),
    /** Number of the turn in its conversation, from 1, without gaps. */
    turn: Type.Integer({ minimum: 1 }),
    messages: Type.Array(BotMessage),
    /** What the shell's debug view shows about the decision. */
    trace: Type.Optional(
      Type.Object({
        intent: Type.Optional(Type.String()),
        confidence: Type.Optional(Type.Number()),
        entities: Type.Array(
          Type.Object({
            entity: Type.String(),
            value: Type.Unknown(),
            role: Type.Optional(Type.String()),
            group: Type.Optional(Type.String()),
          }),
        ),
        actions: Type.Array(
          Type.Object({
            name: Type.String(),
            policy: Type.String(),
            confidence: Type.Number(),
            /** The rule or story that says so, or what goes on. */
            source: Type.Optional(Type.String()),
            /** It declined, and something else was decided. */
            isRejected: Type.Optional(Type.Boolean()),
            /** What each policy that was asked wants. */
            opinions: Type.Optional(
              Type.Array(
                Type.Object({
                  policy: Type.String(),
                  action: Type.Union([Type.String(), Type.Null()]),
                  confidence: Type.Number(),
                  source: Type.Union([Type.String(), Type.Null()]),
                }),
              ),
            ),
          }),
        ),
        slots: Type.Record(Type.String(), Type.Unknown()),
      }),
    ),
  }),
});

/** dialogue → the gateway that waits */
export const TurnDelayed = defineEvent({
  type: 'turn.delayed.v1',
  delivery: 'addressed',
  summary: 'A message is kept but cannot be answered now; it will be as soon as the cause is gone.',
  data: Type.Object({ conversationId: Id, messageId: Id, reason: Type.String() }),
});

/** dialogue → dialogue: whichever replica takes it, with the retries of every message */
export const ReminderTriggered = defineEvent({
  type: 'reminder.triggered.v1',
  summary: 'The time of a reminder that an action scheduled has come.',
  data: Type.Object({
    conversationId: Id,
    name: Type.String(),
    /** RFC 3339; together with the name it says which reminder, since a later one may have the same name. */
    dueAt: Type.String(),
    /** Output channel of the turn that scheduled it. */
    outputChannel: Type.String(),
  }),
});

/** gateway → dialogue */
export const ConversationReplay = defineRequest({
  type: 'conversation.replay.v1',
  kind: 'query',
  summary: 'What was said in a conversation after a given turn, for a client that reconnects.',
  data: Type.Object({ conversationId: Id, afterTurn: Type.Integer({ minimum: 0 }) }),
  reply: Type.Object({
    /** The newest turns, oldest first; bounded by the dialogue service. */
    turns: Type.Array(
      Type.Object({
        turn: Type.Integer({ minimum: 1 }),
        at: Type.String(),
        /** What the person wrote; absent when the assistant spoke by itself. */
        userText: Type.Optional(Type.String()),
        messages: Type.Array(BotMessage),
      }),
    ),
  }),
});
