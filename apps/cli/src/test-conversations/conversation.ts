import { Type, type Static } from 'typebox';

const OneOrMore = Type.Union([Type.String(), Type.Array(Type.String())]);

/** What a person says, and what is expected of the turn that it leads to. What is not written is not looked at. */
export const Turn = Type.Object(
  {
    user: Type.String({ minLength: 1 }),
    /**
     * The texts of the assistant, all of them in order: as they are, with `{any}` for any text, as a regular expression
     * between slashes, or the name of a response for any of its variations. An empty list: it says nothing.
     */
    bot: Type.Optional(OneOrMore),
    /** The buttons of the last message that has some, by title or payload. */
    buttons: Type.Optional(Type.Array(Type.String())),
    /** What slots hold after the turn; null is nothing. */
    slots: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** The actions that were chosen, in order; waiting and the start of the session are left out. */
    action: Type.Optional(Type.String()),
    actions: Type.Optional(Type.Array(Type.String())),
    /** Fields of the one incident that is opened in this turn; null: none is opened. */
    incident: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  },
  { additionalProperties: false },
);
export type Turn = Static<typeof Turn>;

/** A program to be started for the conversations of a file. `{port}` stands for a port that is free. */
export const ActionServer = Type.Object(
  {
    /** A command line, run in the assistant's folder. */
    command: Type.String({ minLength: 1 }),
    /** Variables for it and for the services, such as the port and the address in `endpoints.yml`. */
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

/** A turn and the line on which it is written. */
export interface WrittenTurn extends Turn {
  line: number;
}

/** One conversation to be had. */
export interface Conversation {
  name: string;
  /** Path of its file, as it is shown. */
  file: string;
  line: number;
  turns: WrittenTurn[];
}
