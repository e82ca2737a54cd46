import { Type, type Static } from 'typebox';

/** Maximum length of a person's text, in UTF-16 code units. */
export const MAX_TEXT_LENGTH = 8_000;
/** Maximum length of a conversation id (`sender` of the REST channel, session id of the socket channel). */
export const MAX_ID_LENGTH = 128;
/** Maximum length of a channel name. */
export const MAX_CHANNEL_LENGTH = 64;

export const Id = Type.String({ minLength: 1, maxLength: MAX_ID_LENGTH });
/**
 * Whether a conversation id has the format that our own clients generate. Nobody can guess such an id, so only the
 * person who had the conversation knows it. A REST `sender` such as `ann` can be guessed.
 */
export const isUnguessable = (conversationId: string): boolean => /^[0-9a-f]{32}$/.test(conversationId);

/** Free JSON that a channel attaches to a message. The gateway limits its size and depth. */
export const Metadata = Type.Record(Type.String(), Type.Unknown());

/** The channel of a message and the channel of its answers. */
export const Channel = Type.Object({
  /** Input channel by Rasa's name (`rest`, `socketio`, `cmdline`, or the caller's own name). */
  input: Type.String({ minLength: 1, maxLength: MAX_CHANNEL_LENGTH }),
  /** Output channel by Rasa's name (`collector`, `queue`, `socketio`); it selects the variations of responses. */
  output: Type.String({ minLength: 1, maxLength: MAX_CHANNEL_LENGTH }),
});
export type Channel = Static<typeof Channel>;

/** One message of a person as the gateway accepted it. */
export const UserMessage = Type.Object({
  /** Chosen by the client or the gateway. A message with the same id is the same message. */
  messageId: Id,
  conversationId: Id,
  text: Type.String({ minLength: 1, maxLength: MAX_TEXT_LENGTH }),
  channel: Channel,
  metadata: Type.Optional(Metadata),
  /** The writer's identity, if the channel asserts it. Only the gateway sets it, never from a client's claim. */
  identity: Type.Optional(
    Type.Object({
      email: Type.String({ minLength: 3, maxLength: 254 }),
      name: Type.Optional(Type.String({ maxLength: 200 })),
    }),
  ),
  /** Time at which the gateway accepted the message, RFC 3339 in UTC. */
  sentAt: Type.String(),
  /** Whether `turn.completed` shall contain a trace. */
  wantsTrace: Type.Optional(Type.Boolean()),
});
export type UserMessage = Static<typeof UserMessage>;

/** A choice offered to the person; `payload` is sent as their message when chosen. */
export const Button = Type.Object({
  title: Type.String(),
  payload: Type.String(),
});
export type Button = Static<typeof Button>;

/** One message of the assistant, with Rasa's field names. Absent fields are absent, never null. */
export const BotMessage = Type.Object({
  text: Type.Optional(Type.String()),
  buttons: Type.Optional(Type.Array(Button)),
  quick_replies: Type.Optional(Type.Array(Button)),
  image: Type.Optional(Type.String()),
  custom: Type.Optional(Metadata),
  attachment: Type.Optional(Type.Unknown()),
  elements: Type.Optional(Type.Array(Type.Unknown())),
  metadata: Type.Optional(Metadata),
});
export type BotMessage = Static<typeof BotMessage>;

export const Intent = Type.Object({
  /** Null when no intent was recognized. */
  name: Type.Union([Type.String(), Type.Null()]),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
});
export type Intent = Static<typeof Intent>;

/** An entity in Rasa's JSON shape; `start` and `end` are UTF-16 offsets in the text, end exclusive. */
export const Entity = Type.Object({
  entity: Type.String(),
  value: Type.Unknown(),
  start: Type.Integer({ minimum: 0 }),
  end: Type.Integer({ minimum: 0 }),
  extractor: Type.Optional(Type.String()),
  text: Type.Optional(Type.String()),
  confidence: Type.Optional(Type.Number()),
  confidence_entity: Type.Optional(Type.Number()),
  role: Type.Optional(Type.String()),
  confidence_role: Type.Optional(Type.Number()),
  group: Type.Optional(Type.String()),
  confidence_group: Type.Optional(Type.Number()),
  additional_info: Type.Optional(Type.Unknown()),
  processors: Type.Optional(Type.Array(Type.String())),
});
export type Entity = Static<typeof Entity>;

/** The result of parsing a text, in Rasa's format. */
export const Understanding = Type.Object({
  text: Type.String(),
  intent: Intent,
  entities: Type.Array(Entity),
  intent_ranking: Type.Array(Intent),
  /** `[start, end)` of each token. */
  text_tokens: Type.Optional(Type.Array(Type.Array(Type.Integer()))),
  response_selector: Type.Optional(Type.Unknown()),
  /** The language of the text, if the assistant has several. Not in Rasa. */
  language: Type.Optional(Type.String()),
});
export type Understanding = Static<typeof Understanding>;
