import { type BotMessage, type Entity, type Intent } from '#contracts';

/** What the NLU said about a user message, as stored in its event. */
export interface ParseData {
  text: string | null;
  intent: Intent | Record<string, never>;
  entities: Entity[];
  message_id: string | null;
  metadata: Record<string, unknown>;
  intent_ranking?: Intent[];
  text_tokens?: number[][];
  response_selector?: unknown;
}

/** The rich parts of a bot message; absent parts are null. */
export interface BotData {
  elements: unknown[] | null;
  quick_replies: BotMessage['quick_replies'] | null;
  buttons: BotMessage['buttons'] | null;
  attachment: unknown;
  image: string | null;
  custom: Record<string, unknown> | null;
}

interface Stamp {
  /** Seconds since the epoch; null or absent until the engine records the event. */
  timestamp?: number | null;
  metadata?: Record<string, unknown>;
}

export interface UserEvent extends Stamp {
  event: 'user';
  text: string | null;
  parse_data: ParseData;
  input_channel: string | null;
  message_id: string | null;
}
export interface BotEvent extends Stamp {
  event: 'bot';
  text: string | null;
  data: BotData;
}
export interface ActionEvent extends Stamp {
  event: 'action';
  name: string | null;
  policy?: string | null;
  confidence?: number | null;
  action_text?: string | null;
  /** True: a rule alone decided it, and learned policies must not see the turn. */
  hide_rule_turn?: boolean;
}
export interface SlotEvent extends Stamp {
  event: 'slot';
  name: string;
  value: unknown;
}
export interface ActiveLoopEvent extends Stamp {
  event: 'active_loop' | 'form';
  /** Null: the loop ends. */
  name: string | null;
}
export interface RejectedEvent extends Stamp {
  event: 'action_execution_rejected';
  name: string;
  policy?: string | null;
  confidence?: number | null;
}
export interface ReminderEvent extends Stamp {
  event: 'reminder';
  name?: string | null;
  intent: string;
  entities?: unknown;
  /** ISO 8601. */
  date_time: string;
  kill_on_user_msg?: boolean;
}
export interface CancelReminderEvent extends Stamp {
  event: 'cancel_reminder';
  name?: string | null;
  intent?: string | null;
  entities?: unknown;
}

/** Everything that can happen in a conversation, with the JSON fields of Rasa 3.x trackers. */
export type Event =
  | UserEvent
  | BotEvent
  | ActionEvent
  | SlotEvent
  | ActiveLoopEvent
  | RejectedEvent
  | ReminderEvent
  | CancelReminderEvent
  | (Stamp & { event: 'followup'; name: string })
  | (Stamp & { event: 'loop_interrupted'; is_interrupted: boolean })
  | (Stamp & { event: 'form_validation'; validate: boolean })
  | (Stamp & { event: 'user_featurization'; use_text_for_featurization: boolean })
  | (Stamp & { event: 'entities'; entities: Entity[] })
  | (Stamp & { event: 'agent'; text: string | null; data?: unknown })
  | (Stamp & {
      event: 'reset_slots' | 'restart' | 'session_started' | 'rewind' | 'undo' | 'pause' | 'resume' | 'export';
    });

/** An event that does not have the fields its type needs; the message says which. */
export class InvalidEvent extends Error {}

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
 * Reads events that came as JSON from an action server or over HTTP. Objects without an `event` key are skipped.
 * Throws `InvalidEvent` for an unknown type or a field of the wrong type.
 */
export function eventsFromJson(values: unknown[]): Event[] {
  return values.flatMap((value) => {
    if (!isRecord(value) || value.event === undefined) return [];
    const kind = value.event as Event['event'];
    if (typeof kind !== 'string' || !Object.hasOwn(FIELDS, kind))
      throw new InvalidEvent(`Unknown event type ${JSON.stringify(value.event)}.`);
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

/** The rich parts of a message that has none. */
export const NO_BOT_DATA: BotData = {
  elements: null,
  quick_replies: null,
  buttons: null,
  attachment: null,
  image: null,
  custom: null,
};

export const slotSet = (name: string, value: unknown): SlotEvent => ({ event: 'slot', name, value });
export const actionExecuted = (name: string): ActionEvent => ({ event: 'action', name });
