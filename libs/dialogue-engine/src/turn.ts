import { type BotMessage } from '#contracts';
import { type TurnPorts } from './actions/action-call.js';
import { type Opinion } from './policies/ensemble.js';
import { type Event, type ReminderEvent } from './tracker/event.js';
import { messageOf } from './responses/response.js';
import { type Tracker } from './tracker/tracker.js';

/** The result of one turn. */
export interface Turn {
  /** The new events in order, with timestamps. */
  events: Event[];
  /** The messages to the person, in order. */
  messages: BotMessage[];
  trace: Trace;
}

/** One decision of a turn. */
export interface TracedAction {
  name: string;
  policy: string;
  confidence: number;
  /** The rule or story behind it, or another reason. */
  source?: string;
  /** The action declined, and another one was chosen. */
  isRejected?: true;
  /** The predictions of every policy that was asked; of all if the message has `wantsTrace`. Absent for a forced action. */
  opinions?: Opinion[];
}

/** How a turn was decided. */
export interface Trace {
  /** Every predicted action, rejected ones included. */
  actions: TracedAction[];
  /** Failed custom actions with their errors. */
  failures: { action: string; error: unknown }[];
  /** Whether the turn was stopped after too many predictions, without listening. */
  isLimitReached: boolean;
}

/** Records the events of a turn and advances the tracker. */
export class TurnLog {
  readonly trace: Trace = { actions: [], failures: [], isLimitReached: false };
  hasRejection = false;
  /** Whether the policies were asked and their action was executed. */
  hasActed = false;
  private readonly events: Event[] = [];

  constructor(
    readonly tracker: Tracker,
    private readonly ports: Pick<TurnPorts, 'now'>,
  ) {}

  /** Records events with the current time. */
  record(...events: Event[]): void {
    for (const event of events) this.append({ ...event, timestamp: this.ports.now() });
  }

  /** Records an event that may already have a time. */
  recordStamped(event: Event): void {
    this.append({ ...event, timestamp: event.timestamp ?? this.ports.now() });
  }

  private append(event: Event): void {
    const named = event.event === 'reminder' ? { ...event, name: event.name ?? this.reminderName(event) } : event;
    this.events.push(named);
    this.tracker.apply(named);
  }

  /** A unique name for a reminder without one, so that it replaces no other, even of the same time. */
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
  /** Whether something kept the assistant from acting as its rules and stories say. */
  get hasTrouble(): boolean {
    const isStopped = this.hasActed && (this.hasRejection || this.trace.isLimitReached);
    return isStopped || this.trace.failures.length > 0;
  }

  turn(): Turn {
    const messages = this.events.flatMap((event) => (event.event === 'bot' ? [messageOf(event)] : []));
    return { events: [...this.events], messages, trace: this.trace };
  }
}
