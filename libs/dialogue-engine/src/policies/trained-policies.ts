import { createHash } from 'node:crypto';
import { type Assistant, type ComponentConfig } from '#assistant/model';
import { SequenceModel, type SequenceModelData } from './sequence-model.js';
import { type SequenceTraining, trainSequenceModel } from './sequence-training.js';
import { storyTrackers, type TrainingTracker } from '../stories/training-tracker.js';

/** Policies that learn from examples: ours by its own name, and in place of Rasa's. */
const LEARNED = new Set(['SequencePolicy', 'TEDPolicy']);
const DEFAULT_SEED = 1;
const DEFAULT_HISTORY = 5;
/** Increases when the form or the meaning of the stored data changes, so that older data is not used. */
const FORMAT = 1;

/** The trained models of an assistant's learned policies, as plain JSON that can be stored with its model. */
export interface TrainedPolicies {
  /** The fingerprint of all training data. */
  fingerprint: string;
  /** The models, in the order of the policies in `config.yml`. */
  models: SequenceModelData[];
}

/** Whether a policy in `config.yml` learns from examples. */
export const isLearned = ({ name }: ComponentConfig): boolean => LEARNED.has(name);

/** Whether an assistant has policies that are worth training in advance. */
export const hasLearnedPolicies = ({ config }: Assistant): boolean => config.policies.some(isLearned);

/** The fingerprint of everything that the learned policies of an assistant learn from. */
export const fingerprintPolicies = ({ domain, stories, rules, config }: Assistant): string =>
  createHash('sha256')
    .update(JSON.stringify([FORMAT, domain, stories, rules, config.policies]))
    .digest('hex');

/**
 * Trains the learned policies of an assistant. The same assistant gives the same result. An engine without trained
 * policies does this itself; for a large assistant, run it once with the training of the model.
 */
export function trainPolicies(assistant: Assistant): TrainedPolicies {
  return {
    fingerprint: fingerprintPolicies(assistant),
    models: trainedModels(assistant, storyTrackers(assistant.stories, assistant.domain, [])).map((model) =>
      model.toJson(),
    ),
  };
}

/** The models of the learned policies, in the order of `config.yml`: the trained ones if they belong to the assistant. */
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

/** The training options in a learned policy's entry of `config.yml`. */
export function trainingOf({ max_history, random_seed, augmentation }: Record<string, unknown>): SequenceTraining {
  const count = (value: unknown, otherwise: number) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : otherwise;
  return {
    maxHistory: Math.max(1, count(max_history, DEFAULT_HISTORY)),
    seed: count(random_seed, DEFAULT_SEED),
    augmentation: count(augmentation, 0),
  };
}
