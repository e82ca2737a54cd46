import { type BotMessage, type Entity, type Intent } from '#contracts';

/** The NLU result of a user message, as stored in its event. */
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
  /** True: a rule alone decided the turn, and learned policies must not see it. */
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

/** All events of a conversation, with the JSON fields of Rasa 3.x trackers. */
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

/** The data of a plain text message. */
export const NO_BOT_DATA: BotData = {
  elements: null,
  quick_replies: null,
  buttons: null,
  attachment: null,
  image: null,
  custom: null,
};

/** The executed action: its name, or a text of an end-to-end story. */
export const executedAction = ({ name, action_text }: ActionEvent): string | null => name ?? action_text ?? null;

export const slotSet = (name: string, value: unknown): SlotEvent => ({ event: 'slot', name, value });
export const actionExecuted = (name: string): ActionEvent => ({ event: 'action', name });
