import { type Domain } from '#assistant';
import { appliedAfter, withoutAnswers } from './applied-events.js';
import { isLoop, REQUESTED_SLOT } from './action-names.js';
import { type Event, type ParseData } from './event.js';
import {
  type ActiveLoop,
  type TrackerState,
  applyEvent,
  initialState,
  NO_MESSAGE,
  withHistoryOf,
} from './tracker-state.js';

/** User turns that stay undoable and visible to the policies; what is older is folded into one state. */
export const WINDOW_TURNS = 6;
/** A bound for events that come without user turns. */
const WINDOW_EVENTS = 400;
const RANKING_KEPT = 2;

/** A tracker as plain JSON; its size does not depend on the length of the conversation. */
export interface TrackerSnapshot {
  conversationId: string;
  /** The state before the first event of the window. */
  base: TrackerState;
  /** Whether anything in effect was folded into `base` in this session. */
  hasOlderEvents: boolean;
  window: Event[];
  state: TrackerState;
}

/** Which events a tracker's JSON holds. */
export type IncludeEvents = 'NONE' | 'APPLIED' | 'AFTER_RESTART' | 'ALL';

/** What may be read of a conversation. */
export interface TrackerView {
  readonly conversationId: string;
  readonly state: TrackerState;
  readonly slots: Readonly<Record<string, unknown>>;
  readonly latestMessage: ParseData;
  readonly latestAction: string | null;
  readonly activeLoop: ActiveLoop | null;
  readonly requestedSlot: string | null;
  readonly isPaused: boolean;
  readonly followupAction: string | null;
  readonly latestInputChannel: string | null;
  /** The recent events: those in effect when the turn began, then everything since, as it happened. */
  readonly events: readonly Event[];
  slot(name: string): unknown;
  toRasaJson(includeEvents: IncludeEvents, history?: readonly Event[]): Record<string, unknown>;
}

/**
 * A conversation: the fold of its events. It holds the state and a window of the recent events in effect, which is
 * what policies look at and what `rewind`, `undo` and `/back` can take back; the full history is its owner's business.
 */
export class Tracker implements TrackerView {
  /** Found once between two events: every policy asks for them. */
  private decisiveEvents: readonly Event[] | undefined;

  private constructor(
    readonly conversationId: string,
    readonly domain: Domain,
    private base: TrackerState,
    private hasOlderEvents: boolean,
    private window: Event[],
    private current: TrackerState,
    private earlier: readonly Event[] = window,
    private newEvents: Event[] = [],
  ) {}

  /** A conversation in which nothing happened. */
  static start(conversationId: string, domain: Domain): Tracker {
    const state = initialState(domain);
    return new Tracker(conversationId, domain, state, false, [], state, []);
  }

  /**
   * Continues a snapshot, with what happened after it. Slots that the domain gained or lost since then are added or left
   * out; a loop that it no longer has is over.
   */
  static restore(snapshot: TrackerSnapshot, domain: Domain, eventsSince: readonly Event[] = []): Tracker {
    const { conversationId, base, hasOlderEvents, window, state } = snapshot;
    const initial = initialState(domain).slots;
    const fitted = (old: TrackerState): TrackerState => ({
      ...old,
      activeLoop: isLoop(domain, old.activeLoop?.name) ? old.activeLoop : null,
      slots: isSameNames(old.slots, initial)
        ? old.slots
        : Object.fromEntries(
            Object.entries(initial).map(([name, value]) => [
              name,
              Object.hasOwn(old.slots, name) ? old.slots[name] : value,
            ]),
          ),
    });
    const tracker = new Tracker(conversationId, domain, fitted(base), hasOlderEvents, [...window], fitted(state));
    tracker.apply(...eventsSince.filter(hasEffect));
    tracker.beginTurn();
    return tracker;
  }

  snapshot(): TrackerSnapshot {
    const { conversationId, base, hasOlderEvents, window, current } = this;
    return { conversationId, base, hasOlderEvents, window: window.filter(hasEffect), state: current };
  }

  /** An independent tracker in the same state. */
  copy(): Tracker {
    const { conversationId, domain, base, hasOlderEvents, window, current, earlier, newEvents } = this;
    return new Tracker(conversationId, domain, base, hasOlderEvents, [...window], current, earlier, [...newEvents]);
  }

  get state(): TrackerState {
    return this.current;
  }
  /** The recent events that are in effect. */
  get applied(): readonly Event[] {
    return this.window;
  }
  /** What policies look at: the same without the answers that a form took. */
  get decisive(): readonly Event[] {
    const { activeLoop } = this.base;
    const runningForm = activeLoop && !activeLoop.rejected ? activeLoop.name : null;
    this.decisiveEvents ??= withoutAnswers(this.window, this.domain, runningForm);
    return this.decisiveEvents;
  }
  /** The state before the first of `applied`. */
  get stateBeforeEvents(): TrackerState {
    return this.base;
  }
  get slots(): Readonly<Record<string, unknown>> {
    return this.current.slots;
  }
  slot(name: string): unknown {
    return this.current.slots[name] ?? null;
  }
  get latestMessage(): ParseData {
    return this.current.latestMessage ?? NO_MESSAGE;
  }
  get latestAction(): string | null {
    return this.current.latestAction;
  }
  get activeLoop(): ActiveLoop | null {
    return this.current.activeLoop;
  }
  get requestedSlot(): string | null {
    const value = this.slot(REQUESTED_SLOT);
    return typeof value === 'string' ? value : null;
  }
  get isPaused(): boolean {
    return this.current.isPaused;
  }
  get followupAction(): string | null {
    return this.current.followupAction;
  }
  get latestInputChannel(): string | null {
    return this.current.latestInputChannel;
  }
  get events(): readonly Event[] {
    return [...this.earlier, ...this.newEvents];
  }
  /** Whether nothing is in effect: a new conversation, or one that just restarted. */
  get isFresh(): boolean {
    return this.window.length === 0 && !this.hasOlderEvents;
  }

  /** Begins a turn: from here on `events` adds to what is in effect now. */
  beginTurn(): void {
    this.earlier = [...this.window];
    this.newEvents = [];
  }

  /** Applies events in order. */
  apply(...events: Event[]): void {
    for (const event of events) this.applyOne(event);
  }

  /** Forgets the action that was to follow. */
  clearFollowup(): void {
    this.current = { ...this.current, followupAction: null };
  }

  /** The event of the newest executed or rejected action. */
  get latestActionEvent(): Event | undefined {
    return this.window.findLast(({ event }) => event === 'action' || event === 'action_execution_rejected');
  }

  /** The events since the newest user message, that message left out. */
  get eventsOfTurn(): Event[] {
    return this.window.slice(this.window.findLastIndex(({ event }) => event === 'user') + 1);
  }

  private applyOne(event: Event): void {
    this.decisiveEvents = undefined;
    this.newEvents.push(event);
    this.window = appliedAfter(this.window, slimmed(event));
    this.current = applyEvent(this.current, event, this.domain);
    if (event.event === 'restart' || event.event === 'session_started') {
      this.base = this.current;
      this.hasOlderEvents = false;
    } else if (event.event === 'rewind' || event.event === 'undo') {
      const replayed = this.window.reduce((state, past) => applyEvent(state, past, this.domain), this.base);
      this.current = withHistoryOf(replayed, this.current);
    }
    this.foldOldEvents();
  }

  private foldOldEvents(): void {
    const cut = firstOfWindow(this.window);
    if (cut === 0) return;
    for (const event of this.window.slice(0, cut)) this.base = applyEvent(this.base, event, this.domain);
    this.window = this.window.slice(cut);
    this.hasOlderEvents = true;
  }

  /**
   * The conversation in Rasa's JSON. `history` is every event recorded before this turn, where the caller has them;
   * without it the recent ones stand for all.
   */
  toRasaJson(includeEvents: IncludeEvents, history: readonly Event[] = this.earlier): Record<string, unknown> {
    const { state } = this;
    return {
      sender_id: this.conversationId,
      slots: state.slots,
      latest_message: this.latestMessage,
      latest_event_time: state.latestEventTime,
      followup_action: state.followupAction,
      paused: state.isPaused,
      events: eventsToShow(includeEvents, [...history, ...this.newEvents], this.domain),
      latest_input_channel: state.latestInputChannel,
      active_loop: state.activeLoop ?? {},
      latest_action: state.latestAction === null ? {} : { action_name: state.latestAction },
      latest_action_name: state.latestAction,
    };
  }
}

function eventsToShow(include: IncludeEvents, history: readonly Event[], domain: Domain): readonly Event[] | null {
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

const isSameNames = (one: object, other: object): boolean =>
  Object.keys(one).length === Object.keys(other).length && Object.keys(one).every((name) => Object.hasOwn(other, name));

/** Index of the first event to keep: the action before the oldest user turn that still counts. */
function firstOfWindow(window: Event[]): number {
  let turns = 0;
  let cut = Math.max(0, window.length - WINDOW_EVENTS);
  for (let index = window.length - 1; index >= cut; index -= 1) {
    if (window[index]?.event !== 'user') continue;
    turns += 1;
    if (turns === WINDOW_TURNS) {
      const listen = window.slice(0, index).findLastIndex(({ event }) => event === 'action');
      cut = Math.max(cut, listen);
      break;
    }
  }
  return cut;
}

/** What was said by the assistant changes no state and no decision, so a snapshot does without. */
const hasEffect = ({ event }: Event): boolean => event !== 'bot' && event !== 'user_featurization';

/** The window keeps of a message what decisions and undoing need; the latest message is whole in the state. */
function slimmed(event: Event): Event {
  if (event.event !== 'user') return event;
  const { text_tokens: _tokens, response_selector: _selector, intent_ranking, ...parse_data } = event.parse_data;
  return {
    ...event,
    parse_data: { ...parse_data, ...(intent_ranking && { intent_ranking: intent_ranking.slice(0, RANKING_KEPT) }) },
  };
}
