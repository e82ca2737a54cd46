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

/** dialogue → the gateways that have the conversation open */
export const TurnCompleted = defineEvent({
  type: 'turn.completed.v1',
  delivery: 'addressed',
  summary: 'The assistant finished a turn; these are its answers, in order.',
  data: Type.Object({
    conversationId: Id,
    /** The id of the answered message; absent when the assistant speaks by itself. */
    messageId: Type.Optional(Id),
    /** Number of the turn in its conversation, from 1, without gaps. */
    turn: Type.Integer({ minimum: 1 }),
    messages: Type.Array(BotMessage),
    /** The reasons of the decisions, for the debug view of the shell. */
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
            /** The rule, story or active loop behind the decision. */
            source: Type.Optional(Type.String()),
            /** Whether the action declined, so that another one was chosen. */
            isRejected: Type.Optional(Type.Boolean()),
            /** The prediction of each policy. */
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
  summary: 'A message is stored but cannot be answered now. It will be answered as soon as the cause is gone.',
  data: Type.Object({ conversationId: Id, messageId: Id, reason: Type.String() }),
});

/** dialogue → any replica of dialogue, with the retries of every message */
export const ReminderTriggered = defineEvent({
  type: 'reminder.triggered.v1',
  summary: 'A reminder that an action scheduled is due.',
  data: Type.Object({
    conversationId: Id,
    name: Type.String(),
    /** RFC 3339. Identifies the reminder together with the name, because a later one may have the same name. */
    dueAt: Type.String(),
    /** Output channel of the turn that scheduled it. */
    outputChannel: Type.String(),
  }),
});

/** gateway → dialogue */
export const ConversationReplay = defineRequest({
  type: 'conversation.replay.v1',
  kind: 'query',
  summary: 'Get the messages of a conversation after a given turn, for a client that reconnects.',
  data: Type.Object({ conversationId: Id, afterTurn: Type.Integer({ minimum: 0 }) }),
  reply: Type.Object({
    /** The newest turns, oldest first. The dialogue service limits their number. */
    turns: Type.Array(
      Type.Object({
        turn: Type.Integer({ minimum: 1 }),
        at: Type.String(),
        /** The person's text; absent when the assistant spoke by itself. */
        userText: Type.Optional(Type.String()),
        messages: Type.Array(BotMessage),
      }),
    ),
  }),
});
