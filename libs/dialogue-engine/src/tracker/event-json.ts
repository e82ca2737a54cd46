import { type BotEvent, type Event, NO_BOT_DATA, type UserEvent } from './event.js';

/** An event without the fields that its type needs; the message names the field. */
export class InvalidEvent extends Error {}

/** An event of an unknown type. */
export class UnknownEvent extends InvalidEvent {}

type FieldCheck = (value: unknown) => boolean;
const isText: FieldCheck = (value) => typeof value === 'string';
const isTextOrNull: FieldCheck = (value) => value === null || value === undefined || isText(value);
const isFlag: FieldCheck = (value) => typeof value === 'boolean';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const FIELDS: Record<Event['event'], Record<string, FieldCheck>> = {
  user: { text: isTextOrNull },
  bot: { text: isTextOrNull },
  action: { name: isTextOrNull, action_text: isTextOrNull },
  slot: { name: isText },
  active_loop: { name: isTextOrNull },
  form: { name: isTextOrNull },
  action_execution_rejected: { name: isText },
  reminder: { intent: isText, date_time: isText },
  cancel_reminder: { name: isTextOrNull, intent: isTextOrNull },
  followup: { name: isText },
  loop_interrupted: { is_interrupted: isFlag },
  form_validation: { validate: isFlag },
  user_featurization: {},
  entities: { entities: Array.isArray },
  agent: { text: isTextOrNull },
  reset_slots: {},
  restart: {},
  session_started: {},
  rewind: {},
  undo: {},
  pause: {},
  resume: {},
  export: {},
};

/**
 * Reads events from the JSON of an action server or an HTTP request. Objects without an `event` key are skipped.
 * Throws `UnknownEvent` for an unknown type, `InvalidEvent` for a field of the wrong type.
 */
export function eventsFromJson(values: unknown[]): Event[] {
  return values.flatMap((value) => {
    if (!isRecord(value) || value.event === undefined) return [];
    const kind = value.event as Event['event'];
    if (typeof kind !== 'string' || !Object.hasOwn(FIELDS, kind))
      throw new UnknownEvent(`Unknown event type ${JSON.stringify(value.event)}.`);
    for (const [field, isRight] of Object.entries(FIELDS[kind]))
      if (!isRight(value[field])) throw new InvalidEvent(`Event "${kind}" needs a fitting "${field}".`);
    return [completed(kind, value)];
  });
}

function completed(kind: Event['event'], value: Record<string, unknown>): Event {
  const orNull = (fields: string[]) => Object.fromEntries(fields.map((field) => [field, value[field] ?? null]));
  if (kind === 'user') {
    const parsed = isRecord(value.parse_data) ? value.parse_data : {};
    const parse_data = {
      ...parsed,
      text: value.text ?? null,
      intent: isRecord(parsed.intent) ? parsed.intent : {},
      entities: Array.isArray(parsed.entities) ? parsed.entities : [],
      message_id: value.message_id ?? null,
      metadata: isRecord(parsed.metadata) ? parsed.metadata : {},
    };
    return { ...value, ...orNull(['text', 'input_channel', 'message_id']), parse_data } as UserEvent;
  }
  if (kind === 'bot') {
    const data = isRecord(value.data) ? value.data : {};
    return { ...value, ...orNull(['text']), data: { ...NO_BOT_DATA, ...data } } as BotEvent;
  }
  const nullable = { slot: ['value'], active_loop: ['name'], form: ['name'], action: ['name'] }[kind as string] ?? [];
  return { ...value, ...orNull(nullable) } as unknown as Event;
}

/** Fields that Rasa's JSON of an event always has besides `event` and `timestamp`. */
const ALWAYS: Partial<Record<Event['event'], Record<string, unknown>>> = {
  user: { metadata: {}, text: null, input_channel: null, message_id: null },
  bot: { metadata: {}, text: null, data: NO_BOT_DATA },
  action: { name: null, policy: null, confidence: null, action_text: null, hide_rule_turn: false },
  slot: { value: null },
  active_loop: { name: null },
  action_execution_rejected: { policy: null, confidence: null },
  reminder: { name: null, entities: null, kill_on_user_msg: true },
  cancel_reminder: { name: null, intent: null, entities: null },
  agent: { text: null, data: null },
};

/** An event with every field of Rasa's trackers and event brokers; missing fields are null. */
export function eventToJson(event: Event): Record<string, unknown> {
  const { metadata, ...fields } = event;
  const isTold = metadata && Object.keys(metadata).length > 0;
  return { timestamp: null, ...ALWAYS[event.event], ...fields, ...(isTold && { metadata }) };
}
