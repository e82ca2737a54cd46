import { Type, type Static } from 'typebox';
import { BotMessage, Id, MAX_CHANNEL_LENGTH, MAX_TEXT_LENGTH, Metadata, Understanding } from './conversation.js';
import { defineRequest } from '../contract/contract.js';

/** The Rasa version whose formats and HTTP API are supported. */
export const RASA_VERSION = '3.5.5';

/** The events that a returned tracker contains, with Rasa's names. */
export const IncludeEvents = Type.Union([
  Type.Literal('NONE'),
  Type.Literal('APPLIED'),
  Type.Literal('AFTER_RESTART'),
  Type.Literal('ALL'),
]);
export type IncludeEvents = Static<typeof IncludeEvents>;

/** A conversation in the JSON of Rasa's trackers. */
const TrackerJson = Metadata;
/** Events in Rasa's JSON, as the client sent them. The receiver validates them. */
const EventsJson = Type.Array(Type.Unknown());

/** The reason why a request of the HTTP API was refused. */
export const Refusal = Type.Object({
  kind: Type.Literal('refused'),
  cause: Type.Union([Type.Literal('not-found'), Type.Literal('invalid'), Type.Literal('unavailable')]),
  /** The error text for the caller. */
  message: Type.String(),
});
export type Refusal = Static<typeof Refusal>;

/** gateway → dialogue */
export const ConversationShow = defineRequest({
  type: 'conversation.show.v1',
  kind: 'query',
  summary: 'Get the tracker of a conversation. An unknown conversation has its initial state.',
  data: Type.Object({
    conversationId: Id,
    include: IncludeEvents,
    /** Only events up to this time, in seconds since the epoch. */
    until: Type.Optional(Type.Number()),
  }),
  reply: Type.Union([Type.Object({ kind: Type.Literal('shown'), tracker: TrackerJson }), Refusal]),
});

/** gateway → dialogue */
export const ConversationNarrate = defineRequest({
  type: 'conversation.narrate.v1',
  kind: 'query',
  summary: 'Get a conversation as training stories.',
  data: Type.Object({ conversationId: Id, until: Type.Optional(Type.Number()), allSessions: Type.Boolean() }),
  reply: Type.Union([Type.Object({ kind: Type.Literal('narrated'), yaml: Type.String() }), Refusal]),
});

/** gateway → dialogue */
export const ConversationPredict = defineRequest({
  type: 'conversation.predict.v1',
  kind: 'query',
  summary: 'Predict the next action in a stored conversation or after given events, without running it.',
  data: Type.Object({
    conversationId: Id,
    include: IncludeEvents,
    /** Events to use instead of the stored ones. */
    events: Type.Optional(EventsJson),
  }),
  reply: Type.Union([
    Type.Object({
      kind: Type.Literal('predicted'),
      /** Highest first. */
      scores: Type.Array(Type.Object({ action: Type.String(), score: Type.Number() })),
      policy: Type.String(),
      confidence: Type.Number(),
      tracker: TrackerJson,
    }),
    Refusal,
  ]),
});

/** The changes that the HTTP API can make to a conversation. */
export const Change = Type.Union([
  /** `isActedOn`: bot messages among the events are sent to the channel. */
  Type.Object({ kind: Type.Literal('append'), events: EventsJson, isActedOn: Type.Boolean() }),
  Type.Object({ kind: Type.Literal('replace'), events: EventsJson }),
  Type.Object({
    kind: Type.Literal('execute'),
    action: Type.String({ minLength: 1 }),
    policy: Type.Optional(Type.String()),
    confidence: Type.Optional(Type.Number()),
  }),
  /** `entities`: a list of entities, or values by entity name. */
  Type.Object({
    kind: Type.Literal('trigger'),
    intent: Type.String({ minLength: 1 }),
    entities: Type.Optional(Type.Unknown()),
  }),
  /** Records a message without answering it. */
  Type.Object({
    kind: Type.Literal('log'),
    text: Type.String({ minLength: 1, maxLength: MAX_TEXT_LENGTH }),
    understanding: Understanding,
    metadata: Type.Optional(Metadata),
  }),
]);
export type Change = Static<typeof Change>;

/** gateway → dialogue */
export const ConversationChange = defineRequest({
  type: 'conversation.change.v1',
  kind: 'command',
  summary: 'Change a conversation without a message, once per change id.',
  data: Type.Object({
    conversationId: Id,
    /** A change with the same id is answered again, and not made twice. */
    changeId: Id,
    change: Change,
    /** The events of the tracker in the answer. */
    include: IncludeEvents,
    /** Absent: the default channel; `latest`: the channel of the newest message. */
    outputChannel: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_CHANNEL_LENGTH })),
  }),
  reply: Type.Union([
    Type.Object({ kind: Type.Literal('changed'), tracker: TrackerJson, messages: Type.Array(BotMessage) }),
    Refusal,
  ]),
});

/** gateway → dialogue */
export const AssistantShow = defineRequest({
  type: 'assistant.show.v1',
  kind: 'query',
  summary: 'Get a part of the assistant that the dialogue service runs.',
  data: Type.Object({ part: Type.Literal('domain') }),
  reply: Type.Object({ domain: Metadata }),
});

/** gateway → nlu */
export const TextParse = defineRequest({
  type: 'text.parse.v1',
  kind: 'query',
  summary: 'Parse a text with the served model.',
  data: Type.Object({
    text: Type.String({ maxLength: MAX_TEXT_LENGTH }),
    messageId: Type.Optional(Type.String()),
  }),
  reply: Understanding,
});

/** gateway → nlu */
export const ModelShow = defineRequest({
  type: 'model.show.v1',
  kind: 'query',
  summary: 'Get the status of the served model.',
  data: Type.Object({ part: Type.Literal('origin') }),
  reply: Type.Object({ file: Type.String(), fingerprint: Type.String() }),
});

/** gateway → one replica of nlu; the others notice when the model file is replaced */
export const ModelReplace = defineRequest({
  type: 'model.replace.v1',
  kind: 'command',
  summary: 'Serve another model from the folder of models.',
  data: Type.Object({ file: Type.String({ minLength: 1, maxLength: 1_000 }) }),
  reply: Type.Union([Type.Object({ kind: Type.Literal('replaced') }), Refusal]),
});

/** gateway → the process that can train: `helpdesk run` */
export const ModelTrain = defineRequest({
  type: 'model.train.v1',
  kind: 'command',
  summary: 'Train a model on the data of one YAML document.',
  data: Type.Object({ yaml: Type.String({ minLength: 1 }), isForced: Type.Boolean(), isKept: Type.Boolean() }),
  reply: Type.Union([
    /** `file`: its name in the folder of models. `content`: the model in base64. */
    Type.Object({ kind: Type.Literal('trained'), file: Type.String(), content: Type.String() }),
    Refusal,
  ]),
});

/** gateway → the process that can train: `helpdesk run` */
export const ModelTest = defineRequest({
  type: 'model.test.v1',
  kind: 'query',
  summary: 'Test the NLU on labelled texts, or the predicted actions on test stories.',
  data: Type.Object({
    subject: Type.Union([Type.Literal('intents'), Type.Literal('stories')]),
    yaml: Type.String({ minLength: 1 }),
    /** For texts: the number of folds of a cross-validation. */
    folds: Type.Optional(Type.Integer({ minimum: 2, maximum: 100 })),
    /** For stories: also test the NLU on their texts. */
    isEndToEnd: Type.Optional(Type.Boolean()),
  }),
  reply: Type.Union([Type.Object({ kind: Type.Literal('tested'), report: Metadata }), Refusal]),
});
