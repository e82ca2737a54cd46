import { Type, type Static, type TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { BotMessage, Metadata } from '#contracts';
import {
  eventsFromJson,
  messageOf,
  UnknownEvent,
  type ActionResponse,
  type ActionResult,
  type Event,
} from '#dialogue-engine';

const orNull = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));

const WrittenButton = Type.Object({
  title: Type.String(),
  /** Absent or an object for the buttons of some channels. */
  payload: orNull(Type.Union([Type.String(), Metadata])),
});

/** One of `responses`. Keys that are not listed here are variables of the named response. */
const WrittenResponse = Type.Object({
  response: orNull(Type.String()),
  /** What `response` was called before Rasa 3. */
  template: orNull(Type.String()),
  text: orNull(Type.String()),
  buttons: orNull(Type.Array(WrittenButton)),
  quick_replies: orNull(Type.Array(WrittenButton)),
  elements: orNull(Type.Array(Type.Unknown())),
  custom: orNull(Metadata),
  image: orNull(Type.String()),
  attachment: Type.Optional(Type.Unknown()),
  metadata: orNull(Metadata),
});

const Reply = Type.Object({
  events: orNull(Type.Array(Metadata)),
  responses: orNull(Type.Array(WrittenResponse)),
});

/** Maximum nesting of an answer, in levels. Unlimited nesting could not be stored. */
const MAX_DEPTH = 32;

/** The answer of an action server does not follow the protocol. The message names the place, for the log. */
export class InvalidReply extends Error {}

/**
 * Reads the answer of an action server. Skips events of an unknown type and reports them.
 * @throws InvalidReply, or the engine's InvalidEvent, when the answer has a wrong shape
 */
export function readReply(reply: unknown, reportUnknown: (problem: string) => void): ActionResult {
  if (!Check(Reply, reply)) {
    const [first] = Errors(Reply, reply);
    throw new InvalidReply(
      `its answer is invalid at ${first?.instancePath || '/'}: ${first?.message ?? 'wrong shape'}`,
    );
  }
  if (isDeeperThan(reply, MAX_DEPTH)) throw new InvalidReply(`its answer is nested deeper than ${MAX_DEPTH} levels`);
  const events = (reply.events ?? []).flatMap((event) => readEvent(event, reportUnknown));
  return { events, responses: (reply.responses ?? []).map(readResponse) };
}

function readEvent(written: Record<string, unknown>, reportUnknown: (problem: string) => void): Event[] {
  const { metadata, ...event } = written;
  try {
    // The SDK writes null where there is no metadata.
    const events = eventsFromJson([{ ...event, ...(Check(Metadata, metadata) && { metadata }) }]);
    for (const event of events)
      if (event.event === 'bot' && !Check(BotMessage, messageOf(event)))
        throw new InvalidReply('its answer has a bot event that is not a message');
    return events;
  } catch (error) {
    if (!(error instanceof UnknownEvent)) throw error;
    reportUnknown(error.message);
    return [];
  }
}

function readResponse({ template, ...written }: Static<typeof WrittenResponse>): ActionResponse {
  const { response, buttons, quick_replies } = written;
  return {
    ...written,
    response: response ?? template ?? null,
    buttons: buttons?.map(readButton) ?? null,
    quick_replies: quick_replies?.map(readButton) ?? null,
  };
}

const readButton = (button: Static<typeof WrittenButton>) => ({ ...button, payload: payloadOf(button) });

function payloadOf({ title, payload }: Static<typeof WrittenButton>): string {
  return typeof payload === 'object' && payload ? JSON.stringify(payload) : (payload ?? title);
}

function isDeeperThan(value: unknown, depth: number): boolean {
  let level: unknown[] = [value];
  for (let i = 0; i <= depth; i++) {
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? (Object.values(each) as unknown[]) : [],
    );
  }
  return level.length > 0;
}
