import { type Domain } from '#assistant/model';
import { LISTEN, SESSION_START } from '#assistant/model';
import { type Event, executedAction, type ParseData, type ReminderEvent } from './event.js';
import { remindersAfter } from './reminder.js';

/** In rules, the value of a slot or the name of a loop that must not be set. */
export const SHOULD_NOT_BE_SET = 'should_not_be_set';

/** The running loop. */
export interface ActiveLoop {
  name: string;
  is_interrupted: boolean;
  /** True after the loop could not use an answer, until its action runs again. */
  rejected: boolean;
  trigger_message: ParseData;
}

/** What a conversation's events add up to. Plain JSON and never mutated. */
export interface TrackerState {
  slots: Record<string, unknown>;
  /** The newest value given to each slot in this session, oldest first; `reset_slots` leaves it alone. */
  given: Record<string, unknown>;
  latestMessage: ParseData | null;
  /** The latest message counts by its text and not by its intent (end-to-end stories). */
  isReadAsText: boolean;
  /** Name of the newest executed action, or its text if it was an end-to-end text. */
  latestAction: string | null;
  activeLoop: ActiveLoop | null;
  isPaused: boolean;
  followupAction: string | null;
  /** The reminders that are to come, in the order of scheduling; all of them have a name. */
  reminders: readonly ReminderEvent[];
  latestInputChannel: string | null;
  /** Seconds. */
  latestEventTime: number | null;
  /** Seconds; survives a rewind, since an undone message is still a sign of life. */
  latestUserTime: number | null;
}

const initialSlotsOf = new WeakMap<Domain, Record<string, unknown>>();

/** A domain does not change and states are never mutated, so one record serves all conversations. */
function initialSlots(domain: Domain): Record<string, unknown> {
  let slots = initialSlotsOf.get(domain);
  if (!slots) {
    slots = Object.fromEntries(Object.entries(domain.slots).map(([name, slot]) => [name, slot.initialValue ?? null]));
    initialSlotsOf.set(domain, slots);
  }
  return slots;
}

/** The state of a conversation in which nothing happened. */
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

/** What outlives an undo, a restart and a new session. */
export const withHistoryOf = (state: TrackerState, older: TrackerState): TrackerState => ({
  ...state,
  latestInputChannel: older.latestInputChannel,
  latestEventTime: older.latestEventTime,
  latestUserTime: older.latestUserTime,
});

/**
 * The state after `event`. Undoing events (`rewind`, `undo`) leave it as it is: they need the history, which the
 * tracker has. Slots that the domain does not know are ignored.
 */
export function applyEvent(state: TrackerState, event: Event, domain: Domain): TrackerState {
  const next = effectOf(state, event, domain);
  return typeof event.timestamp === 'number' ? { ...next, latestEventTime: event.timestamp } : next;
}

/** The same without the time of the event, which policies do not look at. */
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
  // Left out first, so that the order of keys is the order of the newest settings.
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
