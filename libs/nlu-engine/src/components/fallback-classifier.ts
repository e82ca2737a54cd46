import { type Component, type ComponentType, type Message, type State } from '../component.js';

/**
 * `FallbackClassifier`: answers `nlu_fallback` when nothing is sure enough (top confidence strictly below `threshold`,
 * 0.3) or the first two are too close (difference strictly below `ambiguity_threshold`, 0.1). The fallback's confidence
 * is the threshold; it is put in front of the ranking. Entities stay.
 */
class FallbackClassifier implements Component {
  constructor(private readonly limits: { threshold: number; ambiguityThreshold: number }) {}

  process(message: Message): void {
    const [first, second] = message.ranking;
    const isUnsure = message.intent.confidence < this.limits.threshold;
    const isAmbiguous =
      first !== undefined &&
      second !== undefined &&
      first.confidence - second.confidence < this.limits.ambiguityThreshold;
    if (!isUnsure && !isAmbiguous) return;
    message.intent = { name: 'nlu_fallback', confidence: this.limits.threshold };
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
      threshold: options.number('threshold', 0.3, range),
      ambiguityThreshold: options.number('ambiguity_threshold', 0.1, range),
    });
  },
  load: (state) => new FallbackClassifier(state as { threshold: number; ambiguityThreshold: number }),
};
