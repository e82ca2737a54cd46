import { Type, type TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { type Domain } from '#assistant';
import { BotMessage, Metadata } from '#contracts';
import { type Event, eventsFromJson, InvalidEvent, messageOf } from '#dialogue-engine';
import { Refused } from './refusal.js';

const Stamp = Type.Object({
  timestamp: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  metadata: Type.Optional(Type.Union([Metadata, Type.Null()])),
});
const Entities = Type.Array(Type.Object({ entity: Type.String() }));
const ParseData = Type.Object({
  intent: Type.Object({
    name: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    confidence: Type.Optional(Type.Number()),
  }),
  entities: Entities,
  intent_ranking: Type.Optional(Type.Array(Type.Object({ name: Type.Union([Type.String(), Type.Null()]) }))),
});

/**
 * Reads posted events in Rasa's JSON format.
 * @throws Refused, naming the first invalid event: of an unknown kind, with a field of the wrong type, or about a slot
 *   or form that the domain does not have.
 */
export function readPostedEvents(posted: readonly unknown[], domain: Domain): Event[] {
  return posted.flatMap((json, index) => {
    const problem = stampProblem(json) ?? '';
    if (problem) throw invalid(index, problem);
    const events = readOne(json, index);
    for (const event of events) {
      const wrong = problemOf(event, domain);
      if (wrong) throw invalid(index, wrong);
    }
    // Rasa treats absent and null metadata alike; the engine does not.
    return events.map((event) => ('metadata' in event && !event.metadata ? { ...event, metadata: {} } : event));
  });
}

function readOne(json: unknown, index: number): Event[] {
  try {
    return eventsFromJson([json]);
  } catch (error) {
    if (error instanceof InvalidEvent) throw invalid(index, error.message);
    throw error;
  }
}

function stampProblem(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'It must be an object.';
  if (!Check(Stamp, json)) return 'Its "timestamp" must be seconds as a number, its "metadata" an object.';
  return undefined;
}

function problemOf(event: Event, domain: Domain): string | undefined {
  const fits = (schema: TSchema, value: unknown, what: string) =>
    Check(schema, value) ? undefined : `Its ${what} does not have the format of Rasa's trackers.`;
  switch (event.event) {
    case 'slot':
      return Object.hasOwn(domain.slots, event.name) ? undefined : `The domain has no slot "${event.name}".`;
    case 'active_loop':
    case 'form':
      if (event.name === null || Object.hasOwn(domain.forms, event.name)) return undefined;
      return event.name === 'action_two_stage_fallback' ? undefined : `The domain has no form "${event.name}".`;
    case 'user':
      return fits(ParseData, event.parse_data, '"parse_data"');
    case 'entities':
      return fits(Entities, event.entities, '"entities"');
    case 'bot':
      return fits(BotMessage, messageOf(event), '"data"');
    default:
      return undefined;
  }
}

const invalid = (index: number, problem: string): Refused =>
  new Refused('invalid', `Event ${index + 1} is not valid. ${problem}`);
