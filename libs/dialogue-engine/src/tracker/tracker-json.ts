import { type Domain } from '#assistant/model';
import { appliedAfter, withoutAnswers } from './applied-events.js';
import { type Event } from './event.js';
import { eventToJson } from './event-json.js';
import { NO_MESSAGE, type TrackerState } from './tracker-state.js';

/** Which events a tracker's JSON holds. */
export type IncludeEvents = 'NONE' | 'APPLIED' | 'AFTER_RESTART' | 'ALL';

/** A conversation as it stands. */
interface Standing {
  conversationId: string;
  state: TrackerState;
  /** The recent events that are in effect. */
  applied: readonly Event[];
}

/** A conversation as Rasa's HTTP API and action servers know it. `events`: those to show, null for none. */
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

/** The part of a conversation's events that is asked for. */
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
