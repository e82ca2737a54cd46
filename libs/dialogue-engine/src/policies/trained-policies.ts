import { createHash } from 'node:crypto';
import { type Assistant, type ComponentConfig } from '#assistant/model';
import { SequenceModel, type SequenceModelData } from './sequence-model.js';
import { type SequenceTraining, trainSequenceModel } from './sequence-training.js';
import { storyTrackers, type TrainingTracker } from '../stories/training-tracker.js';

/** Policies that learn by examples: ours by its own name and in the place of Rasa's. */
const LEARNED = new Set(['SequencePolicy', 'TEDPolicy']);
const DEFAULT_SEED = 1;
const DEFAULT_HISTORY = 5;
/** Goes up when the form or the meaning of the stored data changes, so that older data is not taken. */
const FORMAT = 1;

/** What the learned policies of an assistant know, as plain JSON that may be stored with its model. */
export interface TrainedPolicies {
  /** Of everything that was learned from. */
  fingerprint: string;
  /** In the order of the policies in `config.yml`. */
  models: SequenceModelData[];
}

/** Whether a policy of `config.yml` learns by examples. */
export const isLearned = ({ name }: ComponentConfig): boolean => LEARNED.has(name);

/** Whether an assistant has policies that are worth training ahead. */
export const hasLearnedPolicies = ({ config }: Assistant): boolean => config.policies.some(isLearned);

/** Of everything that the learned policies of an assistant learn from. */
export const fingerprintPolicies = ({ domain, stories, rules, config }: Assistant): string =>
  createHash('sha256')
    .update(JSON.stringify([FORMAT, domain, stories, rules, config.policies]))
    .digest('hex');

/**
 * Trains the policies of an assistant that learn by examples. The same assistant gives the same result. An engine does
 * this by itself when it gets none; for large assistants do it once, where the model is trained.
 */
export function trainPolicies(assistant: Assistant): TrainedPolicies {
  return {
    fingerprint: fingerprintPolicies(assistant),
    models: trainedModels(assistant, storyTrackers(assistant.stories, assistant.domain, [])).map((model) =>
      model.toJson(),
    ),
  };
}

/** The models of the learned policies, in the order of `config.yml`: the trained ones where they belong to it. */
export function learnedModels(
  assistant: Assistant,
  stories: readonly TrainingTracker[],
  trained?: TrainedPolicies,
): SequenceModel[] {
  const isOwn = trained !== undefined && trained.fingerprint === fingerprintPolicies(assistant);
  return isOwn ? trained.models.map((model) => SequenceModel.restore(model)) : trainedModels(assistant, stories);
}

const trainedModels = ({ config }: Assistant, stories: readonly TrainingTracker[]): SequenceModel[] =>
  config.policies.filter(isLearned).map(({ options }) => trainSequenceModel(stories, trainingOf(options)));

/** How the options of a learned policy in `config.yml` want it trained. */
export function trainingOf({ max_history, random_seed, augmentation }: Record<string, unknown>): SequenceTraining {
  const count = (value: unknown, otherwise: number) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : otherwise;
  return {
    maxHistory: Math.max(1, count(max_history, DEFAULT_HISTORY)),
    seed: count(random_seed, DEFAULT_SEED),
    augmentation: count(augmentation, 0),
  };
}
