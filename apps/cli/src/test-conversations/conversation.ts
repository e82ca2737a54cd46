import { Type, type Static } from 'typebox';

const OneOrMore = Type.Union([Type.String(), Type.Array(Type.String())]);

/** A message of a person and the expectations of its turn. Parts without an expectation are not checked. */
export const Turn = Type.Object(
  {
    user: Type.String({ minLength: 1 }),
    /**
     * All texts of the assistant, in order. Each is a literal text in which `{any}` matches any text, a regular
     * expression between slashes, or the name of a response, which matches any of its variations. An empty list means
     * that the assistant says nothing.
     */
    bot: Type.Optional(OneOrMore),
    /** The buttons of the last message with buttons, by title or payload. */
    buttons: Type.Optional(Type.Array(Type.String())),
    /** The values of slots after the turn; null for an empty slot. */
    slots: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** The chosen actions, in order, without `action_listen` and the start of the session. */
    action: Type.Optional(Type.String()),
    actions: Type.Optional(Type.Array(Type.String())),
    /** Fields of the single incident that this turn opens; null if it opens none. */
    incident: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  },
  { additionalProperties: false },
);
export type Turn = Static<typeof Turn>;

/** A program to start for the conversations of a file. `{port}` is replaced by a free port. */
export const ActionServer = Type.Object(
  {
    /** A command line that runs in the assistant's folder. */
    command: Type.String({ minLength: 1 }),
    /** Environment variables for the program and the services, such as the port and the address in `endpoints.yml`. */
    env: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
  },
  { additionalProperties: false },
);
export type ActionServer = Static<typeof ActionServer>;

export const ConversationFile = Type.Object(
  {
    version: Type.Optional(Type.Unknown()),
    action_server: Type.Optional(ActionServer),
    conversations: Type.Array(
      Type.Object(
        { conversation: Type.String({ minLength: 1 }), turns: Type.Array(Turn, { minItems: 1 }) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type ConversationFile = Static<typeof ConversationFile>;

/** A turn and its line in the file. */
export interface WrittenTurn extends Turn {
  line: number;
}

/** A conversation to run. */
export interface Conversation {
  name: string;
  /** Path of its file for messages. */
  file: string;
  line: number;
  turns: WrittenTurn[];
}
