import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { MAX_TEXT_LENGTH, Metadata, Understanding } from '#contracts';
import { Problem } from '#service';

/** Events in Rasa's JSON. Dialogue checks what is in them. */
export const EventsBody = Type.Array(Metadata);

export const ExecuteBody = Type.Object({
  name: Type.String({ minLength: 1 }),
  policy: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  confidence: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
});

export const TriggerBody = Type.Object({
  name: Type.String({ minLength: 1 }),
  entities: Type.Optional(Type.Union([Metadata, Type.Array(Type.Object({ entity: Type.String() })), Type.Null()])),
});

export const MessageBody = Type.Object({
  text: Type.String({ minLength: 1, maxLength: MAX_TEXT_LENGTH }),
  sender: Type.String(),
  parse_data: Type.Optional(Metadata),
  metadata: Type.Optional(Metadata),
});

/** What a caller says that a message means, completed where Rasa lets things be absent. */
export function understandingOf({ text, parse_data = {} }: Static<typeof MessageBody>): Understanding {
  const { intent = {}, entities = [], intent_ranking } = parse_data;
  const named = { name: null, confidence: 0, ...(intent as object) };
  const understanding: unknown = {
    ...parse_data,
    text,
    intent: named,
    entities: Array.isArray(entities)
      ? entities.map((entity) => ({ start: 0, end: 0, ...(entity as object) }))
      : entities,
    intent_ranking: intent_ranking ?? [named],
  };
  if (Check(Understanding, understanding)) return understanding;
  throw new Problem(400, {
    detail: 'parse_data must be what POST /model/parse answers: an intent with name and confidence, and entities.',
  });
}
