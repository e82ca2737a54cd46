import { type Domain } from '#assistant';
import { type DialogueState, keyOf, type RuleOnly, statesWithoutRules } from './dialogue-state.js';
import { type Event } from './event.js';
import { type Policy, type Prediction } from './prediction.js';
import { type Tracker } from './tracker.js';
import { initialState } from './tracker-state.js';
import { decisionsOf, type TrainingTracker } from './training-tracker.js';

/** Options of a memoization policy. */
export interface MemoizationOptions {
  /** States that are compared; null: all. */
  maxHistory: number | null;
  /** Forget the oldest turns one by one until something is recalled (Rasa's `AugmentedMemoizationPolicy`). */
  isAugmented: boolean;
  /** Scores with the confidence of the intent instead of 1. */
  isNluScored: boolean;
}

const PRIORITY = 3;

/** Recalls what the stories do after exactly these last states; situations in which stories differ are forgotten. */
export class MemoizationPolicy implements Policy {
  private readonly memory = new Map<string, string | null>();

  constructor(
    private readonly domain: Domain,
    private readonly options: MemoizationOptions,
    stories: readonly TrainingTracker[],
    private readonly ruleOnly: RuleOnly,
  ) {
    for (const { states, action, isPredictable } of stories.flatMap((story) => decisionsOf(story, domain))) {
      if (!isPredictable) continue;
      const key = keyOf(this.recent(states));
      const known = this.memory.get(key);
      this.memory.set(key, known === undefined || known === action ? action : null);
    }
  }

  predict(tracker: Tracker): Prediction {
    const action = this.recall(tracker);
    const { intent } = tracker.latestMessage;
    const score = this.options.isNluScored ? (intent.confidence ?? 1) : 1;
    return {
      policy: this.options.isAugmented ? 'AugmentedMemoizationPolicy' : 'MemoizationPolicy',
      action,
      confidence: action === null ? 0 : score,
      priority: PRIORITY,
      isWithoutUser: false,
      isRuleOnly: false,
      events: [],
    };
  }

  private recall(tracker: Tracker): string | null {
    if (this.memory.size === 0) return null;
    const { domain, ruleOnly } = this;
    const whole = this.recalled(statesWithoutRules(tracker.stateBeforeEvents, tracker.decisive, domain, ruleOnly));
    if (whole !== null || !this.options.isAugmented) return whole;
    const fresh = initialState(domain);
    for (const events of this.shortened(tracker.decisive)) {
      const action = this.recalled(statesWithoutRules(fresh, events, domain, ruleOnly));
      if (action !== null) return action;
    }
    return null;
  }

  private recalled(states: DialogueState[]): string | null {
    return this.memory.get(keyOf(this.recent(states))) ?? null;
  }

  private recent(states: DialogueState[]): DialogueState[] {
    return this.options.maxHistory === null ? states : states.slice(-this.options.maxHistory);
  }

  /** The conversation as if it had begun at one of its latest actions, the earliest beginning first. */
  private shortened(events: readonly Event[]): Event[][] {
    const actions = events.flatMap(({ event }, index) => (event === 'action' ? [index] : []));
    const kept = this.options.maxHistory === null ? actions : actions.slice(-this.options.maxHistory);
    return kept.map((index) => events.slice(index));
  }
}
