import { type Domain } from '#assistant/model';
import { LISTEN } from '#assistant/model';
import { type DialogueState, type RuleOnly, statesWithoutRules, withTextOf } from '../tracker/dialogue-state.js';
import { type Policy, type Prediction } from './prediction.js';
import { best, featuresOf } from './sequence-training.js';
import { type SequenceModel } from './sequence-model.js';
import { type Tracker } from '../tracker/tracker.js';
import { type TrackerState } from '../tracker/tracker-state.js';
import { trainingOf } from './trained-policies.js';
import { type TrainingTracker } from '../stories/training-tracker.js';

/** A text that is not in the stories counts, instead of its intent, only with at least this confidence. */
const SURE_OF_TEXT = 0.5;

/** Options of the learned policy. */
export interface SequencePolicyOptions {
  /** The policy's name in `config.yml`, recorded with its decisions. */
  name: string;
  /** Number of states in the input; default 5. */
  maxHistory: number;
  /** Default 1. */
  priority: number;
  /** Whether stories have texts. */
  knowsTexts: boolean;
  /** Whether some story leaves a message without an answer. */
  knowsSilence: boolean;
}

/**
 * Decides situations that no story contains by their similarity to stories, with a calibrated confidence. It leaves a
 * message without an answer only if some story does.
 */
export class SequencePolicy implements Policy {
  readonly priority: number;
  readonly knowsTexts: boolean;

  constructor(
    private readonly domain: Domain,
    private readonly options: SequencePolicyOptions,
    private readonly model: SequenceModel,
    private readonly ruleOnly: RuleOnly,
  ) {
    this.priority = options.priority;
    this.knowsTexts = options.knowsTexts;
  }

  predict(tracker: Tracker): Prediction {
    const { domain, ruleOnly, options } = this;
    const states = statesWithoutRules(tracker.course, domain, ruleOnly, options.maxHistory);
    const mustAnswer = isUnanswered(tracker.state) && !options.knowsSilence;
    const byIntent = this.scoresAt(states, mustAnswer);
    const textStates = this.knowsTexts ? withTextOf(tracker.state, states) : undefined;
    const byText = textStates && this.scoresAt(textStates, mustAnswer);
    const isEndToEnd = byText !== undefined && best(byText)[1] > Math.max(SURE_OF_TEXT, best(byIntent)[1]);
    const scores = isEndToEnd ? byText : byIntent;
    const [action, confidence] = best(scores);
    return {
      policy: options.name,
      action,
      confidence,
      priority: this.priority,
      isWithoutUser: false,
      isRuleOnly: false,
      isEndToEnd,
      source: action && 'similar to what stories show',
      events: [],
      scores,
    };
  }

  private scoresAt(states: readonly DialogueState[], mustAnswer: boolean): Map<string, number> {
    const scores = this.model.predict(featuresOf(states, this.options.maxHistory));
    if (mustAnswer) scores.delete(LISTEN);
    return scores;
  }
}

const isUnanswered = ({ latestAction }: TrackerState): boolean => latestAction === LISTEN;

/** Reads the options of a learned policy in `config.yml`. */
export const sequencePolicyOptions = (
  name: string,
  options: Record<string, unknown>,
  stories: readonly TrainingTracker[],
): SequencePolicyOptions => ({
  name,
  maxHistory: trainingOf(options).maxHistory,
  priority: typeof options.priority === 'number' ? options.priority : 1,
  knowsTexts: stories.some(({ decisions }) => decisions.some(({ state }) => state.isReadAsText)),
  knowsSilence: stories.some(({ decisions }) =>
    decisions.some(({ action, state }) => action === LISTEN && isUnanswered(state)),
  ),
});
