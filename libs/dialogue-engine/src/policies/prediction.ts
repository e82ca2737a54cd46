import { type DialogueState } from '../tracker/dialogue-state.js';
import { type Event } from '../tracker/event.js';
import { type Tracker } from '../tracker/tracker.js';
import { type TrackerState } from '../tracker/tracker-state.js';

/** The input of a rule: the present state and the earlier ones, newest last. */
export interface Situation {
  state: TrackerState;
  states: DialogueState[];
  /** The same states with the latest message by its text, if end-to-end rules or stories may match it. */
  textStates?: DialogueState[] | undefined;
}

/** One policy's prediction of the next action. */
export interface Prediction {
  /** Rasa's class name of the policy. */
  policy: string;
  /** Null: no prediction. */
  action: string | null;
  confidence: number;
  priority: number;
  /** Independent of the user's message, as when a running loop continues; takes precedence over everything else. */
  isWithoutUser: boolean;
  isRuleOnly: boolean;
  /** Decided by the text of the message; takes precedence over decisions by intent. */
  isEndToEnd: boolean;
  /** The reason for people: the name of the rule or story, or another reason. Null: none. */
  source: string | null;
  /** The scores of all scored actions; absent: only `action` has a score. */
  scores?: ReadonlyMap<string, number>;
  /** Events that are recorded whichever policy wins. */
  events: Event[];
}

/** A policy that predicts the next action. Pure: the same tracker gives the same prediction. */
export interface Policy {
  /** At equal confidence, the policy with the higher priority wins. */
  readonly priority: number;
  /** Whether it may decide by the text of a message. */
  readonly knowsTexts: boolean;
  predict(tracker: Tracker): Prediction;
}
