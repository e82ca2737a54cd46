import { type Assistant } from '#assistant/model';
import { LISTEN } from '#assistant/model';
import { executedAction } from './tracker/event.js';
import { MemoizationPolicy } from './policies/memoization-policy.js';
import { type Policy } from './policies/prediction.js';
import { SequencePolicy, sequencePolicyOptions } from './policies/sequence-policy.js';
import { trainSequenceModel } from './policies/sequence-training.js';
import { Tracker } from './tracker/tracker.js';
import { storyTrackers, type TrainingTracker } from './stories/training-tracker.js';

/** How many decisions of stories are predicted by policies trained on all other stories. */
export interface StoryAccuracy {
  decisions: number;
  /** Correct predictions of the other stories' most frequent action. */
  majority: number;
  /** Correct predictions of `AugmentedMemoizationPolicy`; a missing prediction counts as wrong. */
  memoization: number;
  /** Correct predictions of `SequencePolicy`. */
  learned: number;
  /** Predictions of `SequencePolicy` with a confidence of at least the core fallback threshold, and the correct ones. */
  sure: { decisions: number; right: number };
  /** Sum of its confidences; equal to `learned` when they are well calibrated. */
  confidence: number;
}

const MAX_HISTORY = 5;
const SEED = 1;
const NO_RULES = { slots: new Set<string>(), loops: new Set<string>() };

/**
 * Leaves out one story of the assistant at a time, and has policies trained on the others predict each of its decisions.
 * `threshold` is that of the core fallback. The first figure counts all decisions, the second all but those to listen.
 */
export function leaveOneStoryOut(assistant: Assistant, threshold: number): [all: StoryAccuracy, acting: StoryAccuracy] {
  const trackers = storyTrackers(assistant.stories, assistant.domain, []);
  const [all, acting] = [nothing(), nothing()];
  for (const tracker of trackers) {
    const others = trackers.filter((other) => other.name !== tracker.name);
    const policies = policiesFor(assistant, others);
    for (const { wanted, before } of decisionsOf(tracker, assistant)) {
      const answers = {
        majority: policies.majority,
        memoization: policies.memoization.predict(before).action,
        learned: policies.learned.predict(before),
      };
      for (const figures of wanted === LISTEN ? [all] : [all, acting]) count(figures, wanted, answers, threshold);
    }
  }
  return [all, acting];
}

const nothing = (): StoryAccuracy => ({
  decisions: 0,
  majority: 0,
  memoization: 0,
  learned: 0,
  sure: { decisions: 0, right: 0 },
  confidence: 0,
});

function policiesFor({ domain }: Assistant, stories: TrainingTracker[]) {
  const counts = new Map<string, number>();
  for (const { action } of stories.flatMap(({ decisions }) => decisions))
    counts.set(action, (counts.get(action) ?? 0) + 1);
  const options = { maxHistory: MAX_HISTORY, isAugmented: true, isNluScored: false, priority: 3 };
  const model = trainSequenceModel(stories, { maxHistory: MAX_HISTORY, seed: SEED, augmentation: 0 });
  const learned = sequencePolicyOptions('SequencePolicy', { max_history: MAX_HISTORY }, stories);
  return {
    majority: [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null,
    memoization: new MemoizationPolicy(domain, options, stories, NO_RULES),
    learned: new SequencePolicy(domain, learned, model, NO_RULES),
  };
}

/** The decisions of a story that can be learned, each with the conversation before it. */
function decisionsOf({ events, decisions }: TrainingTracker, { domain }: Assistant) {
  const actions = events.flatMap((event, index) => (event.event === 'action' && executedAction(event) ? [index] : []));
  return decisions.flatMap(({ action, isPredictable }, index) =>
    isPredictable && index > 0
      ? [{ wanted: action, before: Tracker.replay('story', domain, events.slice(0, actions[index])) }]
      : [],
  );
}

function count(
  figures: StoryAccuracy,
  wanted: string,
  answers: { majority: string | null; memoization: string | null; learned: ReturnType<Policy['predict']> },
  threshold: number,
): void {
  const { action, confidence } = answers.learned;
  figures.decisions += 1;
  figures.majority += Number(answers.majority === wanted);
  figures.memoization += Number(answers.memoization === wanted);
  figures.learned += Number(action === wanted);
  figures.confidence += confidence;
  figures.sure.decisions += Number(confidence >= threshold);
  figures.sure.right += Number(confidence >= threshold && action === wanted);
}
