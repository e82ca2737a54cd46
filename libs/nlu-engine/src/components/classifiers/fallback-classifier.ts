import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { type State } from '../../learning/state.js';

interface Limits {
  [key: string]: State;
  threshold: number | 'auto';
  ambiguityThreshold: number;
}

/** Where the classifier before it knows nothing about its confidences. */
const USUAL_THRESHOLD = 0.3;

/**
 * `FallbackClassifier`: answers `nlu_fallback` when nothing is sure enough (top confidence strictly below `threshold`,
 * 0.3) or the first two are too close (difference strictly below `ambiguity_threshold`, 0.1). The fallback's confidence
 * is the threshold; it is put in front of the ranking. Entities stay.
 *
 * With `threshold: auto` it is the confidence that, by cross-validation, one in twenty messages about the intents does
 * not reach.
 */
class FallbackClassifier implements Component {
  constructor(private readonly limits: Limits) {}

  process(message: Message): void {
    const [first, second] = message.ranking;
    const threshold =
      this.limits.threshold === 'auto' ? (message.lowConfidence ?? USUAL_THRESHOLD) : this.limits.threshold;
    const isUnsure = message.intent.confidence < threshold;
    const isAmbiguous =
      first !== undefined &&
      second !== undefined &&
      first.confidence - second.confidence < this.limits.ambiguityThreshold;
    if (!isUnsure && !isAmbiguous) return;
    message.intent = { name: 'nlu_fallback', confidence: threshold };
    message.ranking = [message.intent, ...message.ranking];
  }

  save(): State {
    return this.limits;
  }
}

export const fallbackClassifier: ComponentType = {
  names: ['FallbackClassifier'],
  role: 'other',
  needs: ['classifier'],
  train(_training, options) {
    const range = { min: 0, max: 1 };
    return new FallbackClassifier({
      threshold: options.numberOr('threshold', 'auto', USUAL_THRESHOLD, range),
      ambiguityThreshold: options.number('ambiguity_threshold', 0.1, range),
    });
  },
  load: (state) => new FallbackClassifier(state as Limits),
};
