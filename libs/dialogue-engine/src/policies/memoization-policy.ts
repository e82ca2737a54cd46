import { type Domain } from '#assistant/model';
import {
  courseOf,
  type DialogueState,
  keyOf,
  type RuleOnly,
  statesWithoutRules,
  withTextOf,
} from '../tracker/dialogue-state.js';
import { type Event } from '../tracker/event.js';
import { type Policy, type Prediction } from './prediction.js';
import { type Tracker } from '../tracker/tracker.js';
import { initialState } from '../tracker/tracker-state.js';
import { type TrainingTracker } from '../stories/training-tracker.js';

/** Options of a memoization policy. */
export interface MemoizationOptions {
  /** Number of states that are compared; null: all. */
  maxHistory: number | null;
  /** Drops the oldest turns one by one until a story matches (Rasa's `AugmentedMemoizationPolicy`). */
  isAugmented: boolean;
  /** Uses the confidence of the intent as the score instead of 1. */
  isNluScored: boolean;
  /** Default 3. */
  priority: number;
}

interface Memory {
  action: string;
  story: string;
}

/** Recalls what the stories do after exactly these last states. Where stories differ, it recalls nothing. */
export class MemoizationPolicy implements Policy {
  readonly priority: number;
  readonly knowsTexts: boolean;
  /** The next action by states, and the first story that contains it; null where stories differ. */
  private readonly memory = new Map<string, Memory | null>();

  constructor(
    private readonly domain: Domain,
    private readonly options: MemoizationOptions,
    stories: readonly TrainingTracker[],
    private readonly ruleOnly: RuleOnly,
  ) {
    this.priority = options.priority;
    const decisions = stories.flatMap((story) => story.decisions).filter(({ isPredictable }) => isPredictable);
    for (const { states, action, name } of decisions) {
      const key = keyOf(this.recent(states));
      const known = this.memory.get(key);
      if (known === undefined) this.memory.set(key, { action, story: name });
      else if (known?.action !== action) this.memory.set(key, null);
    }
    this.knowsTexts = decisions.some(({ state }) => state.isReadAsText);
  }

  predict(tracker: Tracker): Prediction {
    const { memory, isEndToEnd } = this.recall(tracker);
    const { intent } = tracker.latestMessage;
    const score = this.options.isNluScored ? (intent.confidence ?? 1) : 1;
    return {
      policy: this.options.isAugmented ? 'AugmentedMemoizationPolicy' : 'MemoizationPolicy',
      action: memory?.action ?? null,
      confidence: memory ? score : 0,
      priority: this.priority,
      isWithoutUser: false,
      isRuleOnly: false,
      isEndToEnd,
      source: memory?.story ?? null,
      events: [],
    };
  }

  private recall(tracker: Tracker): { memory: Memory | null; isEndToEnd: boolean } {
    if (this.memory.size === 0) return { memory: null, isEndToEnd: false };
    const { domain, ruleOnly } = this;
    const { course } = tracker;
    const whole = this.recalled(tracker, statesWithoutRules(course, domain, ruleOnly, this.options.maxHistory));
    if (whole.memory || !this.options.isAugmented) return whole;
    const fresh = initialState(domain);
    for (const events of this.shortened(course.events)) {
      const shortened = courseOf(fresh, events, domain);
      const found = this.recalled(tracker, statesWithoutRules(shortened, domain, ruleOnly, this.options.maxHistory));
      if (found.memory) return found;
    }
    return whole;
  }

  /** Matches by the text of the message if the stories have texts, otherwise by its intent. */
  private recalled({ state }: Tracker, states: DialogueState[]): { memory: Memory | null; isEndToEnd: boolean } {
    const textStates = this.knowsTexts ? withTextOf(state, states) : undefined;
    const byText = textStates && this.memory.get(keyOf(textStates));
    if (byText) return { memory: byText, isEndToEnd: true };
    return { memory: this.memory.get(keyOf(states)) ?? null, isEndToEnd: false };
  }

  private recent(states: DialogueState[]): DialogueState[] {
    return this.options.maxHistory === null ? states : states.slice(-this.options.maxHistory);
  }

  /** The conversation as if it had begun at one of its latest actions, earliest beginning first. */
  private shortened(events: readonly Event[]): Event[][] {
    const actions = events.flatMap(({ event }, index) => (event === 'action' ? [index] : []));
    const kept = this.options.maxHistory === null ? actions : actions.slice(-this.options.maxHistory);
    return kept.map((index) => events.slice(index));
  }
}

/** Reads the options of a memoization policy in `config.yml`. */
export const memoizationOptions = (
  name: string,
  { max_history, use_nlu_confidence_as_score, priority }: Record<string, unknown>,
): MemoizationOptions => ({
  maxHistory: typeof max_history === 'number' ? max_history : null,
  isAugmented: name === 'AugmentedMemoizationPolicy',
  isNluScored: use_nlu_confidence_as_score === true,
  priority: typeof priority === 'number' ? priority : 3,
});
