import { type DialogueState } from '../tracker/dialogue-state.js';
import { seededRandom, shuffled } from '#seeded-random';
import { sequenceFeatures } from './sequence-features.js';
import { type Example, SequenceModel } from './sequence-model.js';
import { type TrainingTracker } from '../stories/training-tracker.js';

/** Training options of a sequence model. */
export interface SequenceTraining {
  /** Number of states in the input. */
  maxHistory: number;
  /** Determines the training order, and which stories are joined. */
  seed: number;
  /** Number of randomly joined stories per story; 0: none. */
  augmentation: number;
}

/** With fewer examples than this, calibration holds out every story once; otherwise a tenth of them. */
const FEW = 2_000;
const FOLDS = 5;
const TEMPERATURES = Array.from({ length: 24 }, (_, step) => 0.4 * 1.12 ** step);

/**
 * Learns the next actions of stories. The temperature is the one at which the confidences for held-out stories come closest
 * to how often they are right (Brier score of the likeliest action).
 */
export function trainSequenceModel(stories: readonly TrainingTracker[], training: SequenceTraining): SequenceModel {
  const { seed, augmentation } = training;
  const random = seededRandom(seed);
  const joined = Array.from({ length: augmentation * stories.length }, () => {
    const pick = () => stories[Math.floor(random() * stories.length)]!;
    return joinedExamples(pick(), pick(), training);
  });
  const told = unique(stories.map((story) => examplesOf(story.decisions, training)));
  const temperature = calibrated(shuffled(told, random), seed);
  return SequenceModel.train([...told, ...joined].flat(), seed, temperature);
}

/** The features of a situation. */
export const featuresOf = (states: readonly DialogueState[], maxHistory: number): string[] =>
  sequenceFeatures(states.slice(-maxHistory));

interface Situation {
  states: readonly DialogueState[];
  action: string;
  isPredictable: boolean;
}

const examplesOf = (situations: readonly Situation[], { maxHistory }: SequenceTraining): Example[] =>
  situations
    .filter(({ isPredictable }) => isPredictable)
    .map(({ states, action }) => ({ features: featuresOf(states, maxHistory), action }));

/** The second story as a continuation of the first. */
function joinedExamples(first: TrainingTracker, second: TrainingTracker, training: SequenceTraining): Example[] {
  const before = first.decisions.at(-1)?.states ?? [];
  const situations = second.decisions.slice(1).map(({ states, action, isPredictable }) => ({
    states: [...before, ...states.slice(1)],
    action,
    isPredictable,
  }));
  return examplesOf(situations, training);
}

/** Removes repetitions: what many stories share, such as their beginnings, counts once. */
function unique(stories: readonly Example[][]): Example[][] {
  const seen = new Set<string>();
  return stories.map((examples) =>
    examples.filter(({ features, action }) => {
      const key = `${action} ${features.join()}`;
      return !seen.has(key) && seen.add(key);
    }),
  );
}

function calibrated(stories: readonly Example[][], seed: number): number {
  const size = stories.reduce((sum, examples) => sum + examples.length, 0);
  const parts = size < FEW ? Math.min(FOLDS, stories.length) : 10;
  if (parts < 2) return 1;
  const isHeldOut = (index: number, part: number) => index % parts === part;
  const tested = Array.from({ length: size < FEW ? parts : 1 }, (_, part) => {
    const model = SequenceModel.train(stories.filter((_, index) => !isHeldOut(index, part)).flat(), seed);
    return { model, examples: stories.filter((_, index) => isHeldOut(index, part)).flat() };
  });
  const errors = TEMPERATURES.map((temperature) =>
    tested.reduce((sum, { model, examples }) => sum + brierScore(model.at(temperature), examples), 0),
  );
  return TEMPERATURES[errors.indexOf(Math.min(...errors))]!;
}

const brierScore = (model: SequenceModel, examples: readonly Example[]): number =>
  examples.reduce((sum, { features, action }) => {
    const [likeliest, confidence] = best(model.predict(features));
    return sum + (confidence - Number(likeliest === action)) ** 2;
  }, 0);

/** The likeliest action; null with confidence 0 when there is none. */
export function best(scores: ReadonlyMap<string, number>): [action: string | null, confidence: number] {
  let found: [string | null, number] = [null, 0];
  for (const [action, confidence] of scores) if (confidence > found[1]) found = [action, confidence];
  return found;
}
