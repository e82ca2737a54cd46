import { type Domain } from '#assistant/model';
import { appliedAfter, withoutAnswers } from './applied-events.js';
import { isLoop, REQUESTED_SLOT } from '#assistant/model';
import { type Course, courseOf, isSeen } from './dialogue-state.js';
import { type Event, type ParseData, type ReminderEvent } from './event.js';
import { eventsToShow, type IncludeEvents, trackerToJson } from './tracker-json.js';
import {
  type ActiveLoop,
  type TrackerState,
  applyEvent,
  effectOf,
  initialState,
  NO_MESSAGE,
  withHistoryOf,
} from './tracker-state.js';

/** User turns that stay undoable and visible to the policies; older ones are folded into one state. */
export const WINDOW_TURNS = 6;
/** Limit for events without user turns. */
const WINDOW_EVENTS = 400;
const RANKING_KEPT = 2;

/** A tracker as plain JSON. Its size is independent of the length of the conversation. */
export interface TrackerSnapshot {
  conversationId: string;
  /** The state before the first event of the window. */
  base: TrackerState;
  /** Whether `base` contains events of this session that are still in effect. */
  hasOlderEvents: boolean;
  window: Event[];
  state: TrackerState;
}

const knownStates = new WeakMap<readonly Event[], { domain: Domain; states: readonly TrackerState[] }>();

/** Cached for the window of a snapshot, so that one that stays in memory between turns is not replayed again. */
function statesThrough(window: readonly Event[], base: TrackerState, domain: Domain): readonly TrackerState[] {
  const known = knownStates.get(window);
  if (known?.domain === domain && known.states[0] === base) return known.states;
  const { states } = courseOf(base, window, domain);
  knownStates.set(window, { domain, states });
  return states;
}

/** A read-only view of a conversation. */
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
  /** The recent events: those in effect when the turn began, followed by all later ones. */
  readonly events: readonly Event[];
  slot(name: string): unknown;
  toRasaJson(includeEvents: IncludeEvents, history?: readonly Event[]): Record<string, unknown>;
}

/**
 * A conversation as the fold of its events. It holds the state and a window of the recent events in effect. Policies see
 * that window, and `rewind`, `undo` and `/back` can undo within it. The caller keeps the full history.
 */
export class Tracker implements TrackerView {
  /** Cached between two events, because every policy asks for it. */
  private knownCourse: Course | undefined;

  private constructor(
    readonly conversationId: string,
    readonly domain: Domain,
    private base: TrackerState,
    private hasOlderEvents: boolean,
    private window: Event[],
    private current: TrackerState,
    /** The states before each event of the window and after the last one, without times. */
    private states: TrackerState[],
    private earlier: readonly Event[] = window,
    private newEvents: Event[] = [],
  ) {}

  /** Starts a new conversation. */
  static start(conversationId: string, domain: Domain): Tracker {
    const state = initialState(domain);
    return new Tracker(conversationId, domain, state, false, [], state, [state], []);
  }

  /**
   * Restores a snapshot and applies later events. Slots that the domain gained or lost since then are added or removed; a
   * loop that it no longer has ends.
   */
  static restore(snapshot: TrackerSnapshot, domain: Domain, eventsSince: readonly Event[] = []): Tracker {
    const { conversationId, base, hasOlderEvents, window, state } = snapshot;
    const initial = initialState(domain).slots;
    const slotsOf = ({ slots: old }: TrackerState): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(initial).map(([name, value]) => [name, Object.hasOwn(old, name) ? old[name] : value]),
      );
    const fitted = (old: TrackerState): TrackerState => {
      const isFitting = isSameNames(old.slots, initial) && Array.isArray(old.reminders);
      const isRunning = old.activeLoop === null || isLoop(domain, old.activeLoop.name);
      // Kept unchanged where possible, because caches use the identity of a state.
      if (isFitting && isRunning) return old;
      // Snapshots of earlier versions have fewer fields.
      return {
        ...initialState(domain),
        ...old,
        activeLoop: isRunning ? old.activeLoop : null,
        slots: slotsOf(old),
      };
    };
    const states = statesThrough(window, fitted(base), domain);
    const tracker = new Tracker(conversationId, domain, states[0]!, hasOlderEvents, [...window], fitted(state), [
      ...states,
    ]);
    tracker.apply(...eventsSince.filter(hasEffect));
    tracker.beginTurn();
    return tracker;
  }

  /**
   * The conversation that results from these events, such as stored ones or those read by `eventsFromJson`.
   */
  static replay(conversationId: string, domain: Domain, events: readonly Event[]): Tracker {
    const tracker = Tracker.start(conversationId, domain);
    tracker.apply(...events);
    tracker.beginTurn();
    return tracker;
  }

  snapshot(): TrackerSnapshot {
    const { conversationId, domain, base, hasOlderEvents, current, states } = this;
    const window = this.window.filter(hasEffect);
    const isKept = (_: TrackerState, index: number) => index === this.window.length || hasEffect(this.window[index]!);
    knownStates.set(window, { domain, states: states.filter(isKept) });
    return { conversationId, base, hasOlderEvents, window, state: current };
  }

  /** An independent tracker in the same state. */
  copy(): Tracker {
    const { conversationId, domain, base, hasOlderEvents, window, current, states, earlier, newEvents } = this;
    return new Tracker(conversationId, domain, base, hasOlderEvents, [...window], current, [...states], earlier, [
      ...newEvents,
    ]);
  }

  get state(): TrackerState {
    return this.current;
  }
  /** The recent events in effect. */
  get applied(): readonly Event[] {
    return this.window;
  }
  /** The events that policies see: the same without answers to a form. */
  get course(): Course {
    this.knownCourse ??= this.courseWithoutAnswers();
    return this.knownCourse;
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
  /** The scheduled reminders: neither cancelled, nor made unnecessary, nor due and handled. */
  get reminders(): readonly ReminderEvent[] {
    return this.current.reminders;
  }
  get latestInputChannel(): string | null {
    return this.current.latestInputChannel;
  }
  get events(): readonly Event[] {
    return [...this.earlier, ...this.newEvents];
  }
  /** Whether no event is in effect: a new conversation, or one after a restart. */
  get isFresh(): boolean {
    return this.window.length === 0 && !this.hasOlderEvents;
  }

  /** Begins a turn. From here on, `events` appends to the events in effect now. */
  beginTurn(): void {
    this.earlier = [...this.window];
    this.newEvents = [];
  }

  /** Applies events in order. */
  apply(...events: Event[]): void {
    for (const event of events) this.applyOne(event);
  }

  /** Removes the follow-up action. */
  clearFollowup(): void {
    this.current = { ...this.current, followupAction: null };
  }

  /** The event of the latest executed or rejected action. */
  get latestActionEvent(): Event | undefined {
    return this.window.findLast(({ event }) => event === 'action' || event === 'action_execution_rejected');
  }

  /** The events after the latest user message. */
  get eventsOfTurn(): Event[] {
    return this.window.slice(this.window.findLastIndex(({ event }) => event === 'user') + 1);
  }

  /** The state before the latest message. */
  get beforeMessage(): TrackerState {
    const index = this.window.findLastIndex(({ event }) => event === 'user');
    return this.states[Math.max(index, 0)]!;
  }

  private applyOne(event: Event): void {
    this.knownCourse = undefined;
    this.newEvents.push(event);
    const kept = slimmed(event);
    this.window = appliedAfter(this.window, kept);
    this.current = applyEvent(this.current, event, this.domain);
    if (event.event === 'restart' || event.event === 'session_started') {
      this.base = this.current;
      this.states = [this.base];
      this.hasOlderEvents = false;
    } else if (event.event === 'rewind' || event.event === 'undo') {
      this.states = this.states.slice(0, this.window.length + 1);
      const past = this.states.at(-1)!;
      this.current = { ...withHistoryOf(past, this.current), reminders: this.stillScheduled(past.reminders) };
    } else this.states.push(effectOf(this.states.at(-1)!, kept, this.domain));
    if (event.event === 'user' || this.window.length > WINDOW_EVENTS) this.foldOldEvents();
  }

  private courseWithoutAnswers(): Course {
    const { base, window, domain } = this;
    const runningForm = base.activeLoop && !base.activeLoop.rejected ? base.activeLoop.name : null;
    const isSeenAt = (_: unknown, index: number) => index === window.length || isSeen(window[index]!, domain);
    const seen = window.filter(isSeenAt);
    const states = this.states.filter(isSeenAt);
    const events = withoutAnswers(seen, domain, runningForm);
    let same = 0;
    while (same < events.length && events[same] === seen[same]) same += 1;
    return courseOf(states[0]!, events, domain, states.slice(0, same + 1));
  }

  /** Leaves out reminders that an undone message made unnecessary: the undo does not restore them. */
  private stillScheduled(reminders: readonly ReminderEvent[]): readonly ReminderEvent[] {
    const names = new Set(this.current.reminders.map(({ name }) => name));
    return reminders.filter(({ name }) => names.has(name));
  }

  private foldOldEvents(): void {
    const cut = firstOfWindow(this.window);
    if (cut === 0) return;
    this.base = this.states[cut]!;
    this.states = this.states.slice(cut);
    this.window = this.window.slice(cut);
    this.hasOlderEvents = true;
  }

  /**
   * The conversation in Rasa's JSON. `history` contains every event recorded before this turn, if the caller has them;
   * otherwise the recent events are used.
   */
  toRasaJson(includeEvents: IncludeEvents, history: readonly Event[] = this.earlier): Record<string, unknown> {
    return trackerToJson(this, eventsToShow(includeEvents, [...history, ...this.newEvents], this.domain));
  }
}

const isSameNames = (one: object, other: object): boolean =>
  Object.keys(one).length === Object.keys(other).length && Object.keys(one).every((name) => Object.hasOwn(other, name));

/** Index of the first event to keep: the action before the oldest user turn in the window. */
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

/** Bot messages change no state and no decision, so a snapshot leaves them out. */
const hasEffect = (event: Event): boolean =>
  event.event !== 'bot' && (event.event !== 'user_featurization' || event.use_text_for_featurization);

/** The part of a message that decisions and undo need; the state contains the whole latest message. */
function slimmed(event: Event): Event {
  if (event.event !== 'user') return event;
  const { text_tokens: _tokens, response_selector: _selector, intent_ranking, ...parse_data } = event.parse_data;
  return {
    ...event,
    parse_data: { ...parse_data, ...(intent_ranking && { intent_ranking: intent_ranking.slice(0, RANKING_KEPT) }) },
  };
}
