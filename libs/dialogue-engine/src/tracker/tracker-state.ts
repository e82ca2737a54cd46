import { type Domain } from '#assistant/model';
import { LISTEN, SESSION_START } from '#assistant/model';
import { type Event, executedAction, type ParseData, type ReminderEvent } from './event.js';
import { remindersAfter } from './reminder.js';

/** In rules, the value of a slot, or the name of a loop, that must not be set. */
export const SHOULD_NOT_BE_SET = 'should_not_be_set';

/** The running loop. */
export interface ActiveLoop {
  name: string;
  is_interrupted: boolean;
  /** True after the loop rejected an answer, until its action runs again. */
  rejected: boolean;
  trigger_message: ParseData;
}

/** The state that results from a conversation's events. Plain JSON, never mutated. */
export interface TrackerState {
  slots: Record<string, unknown>;
  /** The latest value given to each slot in this session, oldest first; `reset_slots` does not change it. */
  given: Record<string, unknown>;
  latestMessage: ParseData | null;
  /** Whether the latest message counts by its text instead of its intent (end-to-end stories). */
  isReadAsText: boolean;
  /** Name of the latest executed action, or its text if it was an end-to-end text. */
  latestAction: string | null;
  activeLoop: ActiveLoop | null;
  isPaused: boolean;
  followupAction: string | null;
  /** The scheduled reminders, in order of scheduling; all have a name. */
  reminders: readonly ReminderEvent[];
  latestInputChannel: string | null;
  /** Seconds. */
  latestEventTime: number | null;
  /** Seconds; a rewind keeps it, because an undone message is still activity. */
  latestUserTime: number | null;
}

const initialSlotsOf = new WeakMap<Domain, Record<string, unknown>>();

/** The initial slots. A domain does not change and states are immutable, so all conversations share one record. */
function initialSlots(domain: Domain): Record<string, unknown> {
  let slots = initialSlotsOf.get(domain);
  if (!slots) {
    slots = Object.fromEntries(Object.entries(domain.slots).map(([name, slot]) => [name, slot.initialValue ?? null]));
    initialSlotsOf.set(domain, slots);
  }
  return slots;
}

/** The state of a new conversation. */
export const initialState = (domain: Domain): TrackerState => ({
  slots: initialSlots(domain),
  given: {},
  latestMessage: null,
  isReadAsText: false,
  latestAction: null,
  activeLoop: null,
  isPaused: false,
  followupAction: LISTEN,
  reminders: [],
  latestInputChannel: null,
  latestEventTime: null,
  latestUserTime: null,
});

/** Parse data of a conversation without messages. */
export const NO_MESSAGE: ParseData = { text: null, intent: {}, entities: [], message_id: null, metadata: {} };

/** Copies what an undo, a restart and a new session keep. */
export const withHistoryOf = (state: TrackerState, older: TrackerState): TrackerState => ({
  ...state,
  latestInputChannel: older.latestInputChannel,
  latestEventTime: older.latestEventTime,
  latestUserTime: older.latestUserTime,
});

/**
 * The state after `event`. `rewind` and `undo` leave it unchanged, because they need the history, which the tracker
 * has. Slots that the domain does not contain are ignored.
 */
export function applyEvent(state: TrackerState, event: Event, domain: Domain): TrackerState {
  const next = effectOf(state, event, domain);
  return typeof event.timestamp === 'number' ? { ...next, latestEventTime: event.timestamp } : next;
}

/** The same without the event's time, which policies do not see. */
export function effectOf(state: TrackerState, event: Event, domain: Domain): TrackerState {
  switch (event.event) {
    case 'user':
      return {
        ...state,
        latestMessage: event.parse_data,
        isReadAsText: false,
        reminders: remindersAfter(state.reminders, event),
        followupAction: null,
        latestInputChannel: event.input_channel ?? state.latestInputChannel,
        latestUserTime: event.timestamp ?? state.latestUserTime,
      };
    case 'action':
      return {
        ...state,
        latestAction: executedAction(event),
        followupAction: null,
        activeLoop: state.activeLoop && {
          ...state.activeLoop,
          is_interrupted: false,
          rejected: state.activeLoop.rejected && event.name !== state.activeLoop.name,
        },
      };
    case 'slot':
      return withSlot(state, event.name, event.value, domain);
    case 'reset_slots':
      return { ...state, slots: initialSlots(domain) };
    case 'restart':
      return { ...withHistoryOf(initialState(domain), state), followupAction: SESSION_START };
    case 'session_started':
      return withHistoryOf(initialState(domain), state);
    case 'active_loop':
    case 'form':
      return { ...state, activeLoop: changedLoop(state, event.name) };
    case 'loop_interrupted':
      return withLoop(state, { is_interrupted: event.is_interrupted });
    case 'form_validation':
      return withLoop(state, { is_interrupted: !event.validate });
    case 'action_execution_rejected': {
      const next = { ...state, followupAction: null };
      return event.name === state.activeLoop?.name ? withLoop(next, { rejected: true }) : next;
    }
    case 'pause':
      return { ...state, isPaused: true };
    case 'resume':
      return { ...state, isPaused: false };
    case 'followup':
      return { ...state, followupAction: event.name };
    case 'user_featurization':
      return { ...state, isReadAsText: event.use_text_for_featurization };
    case 'entities':
      return { ...state, latestMessage: withEntities(state.latestMessage, event.entities) };
    case 'reminder':
    case 'cancel_reminder':
      return { ...state, reminders: remindersAfter(state.reminders, event) };
    default:
      return state;
  }
}

function withSlot(state: TrackerState, name: string, value: unknown, domain: Domain): TrackerState {
  const slot = domain.slots[name];
  if (!slot) return state;
  const isLoneItem = slot.type === 'list' && value && !Array.isArray(value) && value !== SHOULD_NOT_BE_SET;
  const stored = isLoneItem ? [value] : (value ?? null);
  // Removed first, so that the key order is the order of the latest settings.
  const { [name]: _older, ...given } = state.given;
  return { ...state, slots: { ...state.slots, [name]: stored }, given: { ...given, [name]: stored } };
}

const withEntities = (message: ParseData | null, entities: ParseData['entities']): ParseData | null =>
  message && { ...message, entities: [...message.entities, ...entities] };

function changedLoop(state: TrackerState, name: string | null): ActiveLoop | null {
  if (name === null) return null;
  if (name === state.activeLoop?.name) return state.activeLoop;
  return { name, is_interrupted: false, rejected: false, trigger_message: state.latestMessage ?? NO_MESSAGE };
}

const withLoop = (state: TrackerState, change: Partial<ActiveLoop>): TrackerState => ({
  ...state,
  activeLoop: state.activeLoop && { ...state.activeLoop, ...change },
});
