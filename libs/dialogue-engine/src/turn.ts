import { type BotMessage } from '#contracts';
import { type TurnPorts } from './actions/action-call.js';
import { type Opinion } from './policies/ensemble.js';
import { type Event, type ReminderEvent } from './tracker/event.js';
import { messageOf } from './responses/response.js';
import { type Tracker } from './tracker/tracker.js';

/** What one turn did. */
export interface Turn {
  /** The new events in order, with timestamps. */
  events: Event[];
  /** What to show to the person, in order. */
  messages: BotMessage[];
  trace: Trace;
}

/** One decision of a turn. */
export interface TracedAction {
  name: string;
  policy: string;
  confidence: number;
  /** The rule or story that says so, or what goes on. */
  source?: string;
  /** It declined, and something else was decided. */
  isRejected?: true;
  /** The opinion of every policy that was asked: of all if the message has `wantsTrace`. Absent for a forced action. */
  opinions?: Opinion[];
}

/** How the turn was decided. */
export interface Trace {
  /** Every predicted action, rejected ones included. */
  actions: TracedAction[];
  /** Custom actions that failed, and what they threw. */
  failures: { action: string; error: unknown }[];
  /** The turn was stopped after too many predictions; the conversation did not get to listen. */
  isLimitReached: boolean;
}

/** Records what happens during a turn and advances the tracker with it. */
export class TurnLog {
  readonly trace: Trace = { actions: [], failures: [], isLimitReached: false };
  hasRejection = false;
  /** The policies were asked what to do, and it was done. */
  hasActed = false;
  private readonly events: Event[] = [];

  constructor(
    readonly tracker: Tracker,
    private readonly ports: Pick<TurnPorts, 'now'>,
  ) {}

  /** Records events as happening now. */
  record(...events: Event[]): void {
    for (const event of events) this.append({ ...event, timestamp: this.ports.now() });
  }

  /** Records an event that may have happened earlier. */
  recordStamped(event: Event): void {
    this.append({ ...event, timestamp: event.timestamp ?? this.ports.now() });
  }

  private append(event: Event): void {
    const named = event.event === 'reminder' ? { ...event, name: event.name ?? this.reminderName(event) } : event;
    this.events.push(named);
    this.tracker.apply(named);
  }

  /** A reminder without a name replaces no other, also none of the same moment. */
  private reminderName = ({ intent, timestamp }: ReminderEvent): string =>
    `${intent} ${String(timestamp)} ${this.events.length}`;

  noteFailure(action: string, error: unknown): void {
    this.trace.failures.push({ action, error });
  }

  get hasUserMessage(): boolean {
    return this.events.some(({ event }) => event === 'user');
  }
  get hasMessages(): boolean {
    return this.events.some(({ event }) => event === 'bot');
  }
  /** Something kept the assistant from acting as its rules and stories say. */
  get hasTrouble(): boolean {
    const isStopped = this.hasActed && (this.hasRejection || this.trace.isLimitReached);
    return isStopped || this.trace.failures.length > 0;
  }

  turn(): Turn {
    const messages = this.events.flatMap((event) => (event.event === 'bot' ? [messageOf(event)] : []));
    return { events: [...this.events], messages, trace: this.trace };
  }
}
