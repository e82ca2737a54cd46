import { type DialogueState } from '../tracker/dialogue-state.js';
import { type Event } from '../tracker/event.js';
import { type Tracker } from '../tracker/tracker.js';
import { type TrackerState } from '../tracker/tracker-state.js';

/** What a rule decides from: the present state and the moments that led to it, the newest last. */
export interface Situation {
  state: TrackerState;
  states: DialogueState[];
  /** The same with the latest message by its text, where end-to-end rules or stories may know it. */
  textStates?: DialogueState[] | undefined;
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
  /** Decided by the text of the message; wins over what is decided by its intent. */
  isEndToEnd: boolean;
  /** Why, for a person: the name of the rule or story, or what goes on. Null: nothing to tell. */
  source: string | null;
  /** Of all actions that the policy gives a score, by action; absent: only `action` has one. */
  scores?: ReadonlyMap<string, number>;
  /** Recorded whichever policy wins. */
  events: Event[];
}

/** A way to choose the next action. Pure: the same tracker gives the same prediction. */
export interface Policy {
  /** Of policies that are equally confident the one with the higher priority wins. */
  readonly priority: number;
  /** Whether it may decide by the text of a message. */
  readonly knowsTexts: boolean;
  predict(tracker: Tracker): Prediction;
}
