import { type Domain } from '#assistant';
import {
  eventsFromJson,
  InvalidEvent,
  Tracker,
  type ActiveLoop,
  type Event,
  type IncludeEvents,
  type ParseData,
  type TrackerState,
  type TrackerView,
} from '#dialogue-engine';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The conversation in an action call. Values come from the state in the call; values that the state lacks are derived
 * from its events.
 */
export class RequestedTracker implements TrackerView {
  readonly events: readonly Event[];
  readonly slots: Readonly<Record<string, unknown>>;
  private readonly replayed: Tracker;

  /** @param json in the shape of Rasa's tracker state; events of an unknown kind are skipped */
  constructor(
    readonly conversationId: string,
    json: Record<string, unknown>,
    domain: Domain,
  ) {
    this.events = readableEvents(json['events']);
    this.replayed = Tracker.replay(conversationId, domain, this.events);
    this.slots = { ...this.replayed.slots, ...(isRecord(json['slots']) && json['slots']) };
  }

  get state(): TrackerState {
    return { ...this.replayed.state, slots: { ...this.slots } };
  }
  get latestMessage(): ParseData {
    return this.replayed.latestMessage;
  }
  get latestAction(): string | null {
    return this.replayed.latestAction;
  }
  get activeLoop(): ActiveLoop | null {
    return this.replayed.activeLoop;
  }
  get requestedSlot(): string | null {
    const slot = this.slot('requested_slot');
    return typeof slot === 'string' ? slot : null;
  }
  get isPaused(): boolean {
    return this.replayed.isPaused;
  }
  get followupAction(): string | null {
    return this.replayed.followupAction;
  }
  get latestInputChannel(): string | null {
    return this.replayed.latestInputChannel;
  }
  slot(name: string): unknown {
    return this.slots[name] ?? null;
  }
  toRasaJson(include: IncludeEvents): Record<string, unknown> {
    return { ...this.replayed.toRasaJson(include, []), slots: this.slots };
  }
}

function readableEvents(written: unknown): Event[] {
  if (!Array.isArray(written)) return [];
  return written.flatMap((event: unknown) => {
    try {
      return eventsFromJson([event]);
    } catch (error) {
      if (error instanceof InvalidEvent) return [];
      throw error;
    }
  });
}
