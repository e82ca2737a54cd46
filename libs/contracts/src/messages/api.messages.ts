import { Type, type Static } from 'typebox';
import { BotMessage, Id, MAX_CHANNEL_LENGTH, MAX_TEXT_LENGTH, Metadata, Understanding } from './conversation.js';
import { defineRequest } from '../contract/contract.js';

/** The release of Rasa whose formats and HTTP API are spoken. */
export const RASA_VERSION = '3.5.5';

/** Which events a shown tracker holds, by Rasa's names. */
export const IncludeEvents = Type.Union([
  Type.Literal('NONE'),
  Type.Literal('APPLIED'),
  Type.Literal('AFTER_RESTART'),
  Type.Literal('ALL'),
]);
export type IncludeEvents = Static<typeof IncludeEvents>;

/** A conversation in the JSON of Rasa's trackers. */
const TrackerJson = Metadata;
/** Events in Rasa's JSON, as they came in; whoever takes them checks them. */
const EventsJson = Type.Array(Type.Unknown());

/** Why a request of the HTTP API was not done. */
export const Refusal = Type.Object({
  kind: Type.Literal('refused'),
  cause: Type.Union([Type.Literal('not-found'), Type.Literal('invalid'), Type.Literal('unavailable')]),
  /** For the caller. */
  message: Type.String(),
});
export type Refusal = Static<typeof Refusal>;

/** gateway → dialogue */
export const ConversationShow = defineRequest({
  type: 'conversation.show.v1',
  kind: 'query',
  summary: 'A conversation as a tracker; of one that is unknown, how it would begin.',
  data: Type.Object({
    conversationId: Id,
    include: IncludeEvents,
    /** Events up to this moment, in seconds since the epoch. */
    until: Type.Optional(Type.Number()),
  }),
  reply: Type.Union([Type.Object({ kind: Type.Literal('shown'), tracker: TrackerJson }), Refusal]),
});

/** gateway → dialogue */
export const ConversationNarrate = defineRequest({
  type: 'conversation.narrate.v1',
  kind: 'query',
  summary: 'A conversation written as training stories.',
  data: Type.Object({ conversationId: Id, until: Type.Optional(Type.Number()), allSessions: Type.Boolean() }),
  reply: Type.Union([Type.Object({ kind: Type.Literal('narrated'), yaml: Type.String() }), Refusal]),
});

/** gateway → dialogue */
export const ConversationPredict = defineRequest({
  type: 'conversation.predict.v1',
  kind: 'query',
  summary: 'What the assistant would do next, in a stored conversation or after given events; nothing is done.',
  data: Type.Object({
    conversationId: Id,
    include: IncludeEvents,
    /** Instead of those that are stored. */
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

/** What the HTTP API can do to a conversation. */
export const Change = Type.Union([
  /** `isActedOn`: bot messages among the events are said. */
  Type.Object({ kind: Type.Literal('append'), events: EventsJson, isActedOn: Type.Boolean() }),
  Type.Object({ kind: Type.Literal('replace'), events: EventsJson }),
  Type.Object({
    kind: Type.Literal('execute'),
    action: Type.String({ minLength: 1 }),
    policy: Type.Optional(Type.String()),
    confidence: Type.Optional(Type.Number()),
  }),
  /** `entities`: a list of them, or values by name. */
  Type.Object({
    kind: Type.Literal('trigger'),
    intent: Type.String({ minLength: 1 }),
    entities: Type.Optional(Type.Unknown()),
  }),
  /** A message that is recorded and not answered. */
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
  summary: 'Do something to a conversation that is no message, once per change id.',
  data: Type.Object({
    conversationId: Id,
    /** The same id again is the same change: it is answered, not repeated. */
    changeId: Id,
    change: Change,
    /** Of the tracker in the answer. */
    include: IncludeEvents,
    /** Absent: none in particular; `latest`: that of the newest message. */
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
  summary: 'A part of the assistant that dialogue conducts.',
  data: Type.Object({ part: Type.Literal('domain') }),
  reply: Type.Object({ domain: Metadata }),
});

/** gateway → nlu */
export const TextParse = defineRequest({
  type: 'text.parse.v1',
  kind: 'query',
  summary: 'What a text means, by the model that is served.',
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
  summary: 'Which model is served.',
  data: Type.Object({ part: Type.Literal('origin') }),
  reply: Type.Object({ file: Type.String(), fingerprint: Type.String() }),
});

/** gateway → nlu: one of its replicas; the others follow a file that is replaced */
export const ModelReplace = defineRequest({
  type: 'model.replace.v1',
  kind: 'command',
  summary: 'Serve another model of the folder of models.',
  data: Type.Object({ file: Type.String({ minLength: 1, maxLength: 1_000 }) }),
  reply: Type.Union([Type.Object({ kind: Type.Literal('replaced') }), Refusal]),
});

/** gateway → whoever can train: `helpdesk run` */
export const ModelTrain = defineRequest({
  type: 'model.train.v1',
  kind: 'command',
  summary: 'Train a model on the training data of one YAML document.',
  data: Type.Object({ yaml: Type.String({ minLength: 1 }), isForced: Type.Boolean(), isKept: Type.Boolean() }),
  reply: Type.Union([
    /** `file`: its name among the models, when it is kept. `content`: base64. */
    Type.Object({ kind: Type.Literal('trained'), file: Type.String(), content: Type.String() }),
    Refusal,
  ]),
});

/** gateway → whoever can train: `helpdesk run` */
export const ModelTest = defineRequest({
  type: 'model.test.v1',
  kind: 'query',
  summary: 'Say how well texts of known meaning are understood, or what comes out of test stories.',
  data: Type.Object({
    subject: Type.Union([Type.Literal('intents'), Type.Literal('stories')]),
    yaml: Type.String({ minLength: 1 }),
    /** Of texts: train on parts of them and test on the rest. */
    folds: Type.Optional(Type.Integer({ minimum: 2, maximum: 100 })),
    /** Of stories: understand their texts too. */
    isEndToEnd: Type.Optional(Type.Boolean()),
  }),
  reply: Type.Union([Type.Object({ kind: Type.Literal('tested'), report: Metadata }), Refusal]),
});
