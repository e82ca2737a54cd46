import { type Domain } from '#assistant/model';
import { appliedAfter, withoutAnswers } from './applied-events.js';
import { type Event } from './event.js';
import { eventToJson } from './event-json.js';
import { NO_MESSAGE, type TrackerState } from './tracker-state.js';

/** The events in a tracker's JSON. */
export type IncludeEvents = 'NONE' | 'APPLIED' | 'AFTER_RESTART' | 'ALL';

/** The current state of a conversation. */
interface Standing {
  conversationId: string;
  state: TrackerState;
  /** The recent events in effect. */
  applied: readonly Event[];
}

/** A conversation in the format of Rasa's HTTP API and action servers. `events`: those to include, null for none. */
export function trackerToJson(
  { conversationId, state, applied }: Standing,
  events: readonly Event[] | null,
): Record<string, unknown> {
  return {
    sender_id: conversationId,
    slots: state.slots,
    latest_message: state.latestMessage ?? NO_MESSAGE,
    latest_event_time: state.latestEventTime,
    followup_action: state.followupAction,
    paused: state.isPaused,
    events: events?.map(eventToJson) ?? null,
    latest_input_channel: state.latestInputChannel,
    active_loop: state.activeLoop ?? {},
    latest_action: latestActionOf(state, applied),
    latest_action_name: state.latestAction,
  };
}

function latestActionOf({ latestAction }: TrackerState, applied: readonly Event[]): Record<string, string> {
  if (latestAction === null) return {};
  const event = applied.findLast((past) => past.event === 'action');
  const isText = event?.event === 'action' && event.name === null;
  return isText ? { action_text: latestAction } : { action_name: latestAction };
}

/** The requested part of a conversation's events. */
export function eventsToShow(
  include: IncludeEvents,
  history: readonly Event[],
  domain: Domain,
): readonly Event[] | null {
  switch (include) {
    case 'NONE':
      return null;
    case 'ALL':
      return history;
    case 'AFTER_RESTART':
      return history.slice(history.findLastIndex(({ event }) => event === 'restart') + 1);
    case 'APPLIED':
      return withoutAnswers(history.reduce<Event[]>(appliedAfter, []), domain);
  }
}
