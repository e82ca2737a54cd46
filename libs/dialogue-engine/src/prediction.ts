import { type DialogueState } from './dialogue-state.js';
import { type Event } from './event.js';
import { type Tracker } from './tracker.js';
import { type TrackerState } from './tracker-state.js';

/** What a rule decides from: the present state and the moments that led to it, the newest last. */
export interface Situation {
  state: TrackerState;
  states: DialogueState[];
}

/** One policy's opinion on the next action. */
export interface Prediction {
  /** Rasa's class name of the policy. */
  policy: string;
  /** Null: no opinion. */
  action: string | null;
  confidence: number;
  priority: number;
  /** The message of the user plays no role, as when a running loop goes on; wins over everything else. */
  isWithoutUser: boolean;
  isRuleOnly: boolean;
  /** Recorded whichever policy wins. */
  events: Event[];
}

/** A way to choose the next action. Pure: the same tracker gives the same prediction. */
export interface Policy {
  predict(tracker: Tracker): Prediction;
}
