import { rm } from 'node:fs/promises';
import { modelFile, policiesFile, unfinishedFile } from '../files/model-files.js';
import { type NluTestOptions } from '../test-nlu/run-nlu-test.js';
import { type StoryTestOptions } from '../test-stories/run-story-test.js';
import { type TrainingListener, type TrainOptions } from '../train/train-assistant.js';
import { inOwnProcess } from './training-process.js';
import { type NluReports } from './training.messages.js';

export interface ProjectOptions extends Partial<TrainOptions> {
  /** Stops the training; the model stays unchanged. */
  signal?: AbortSignal;
}

const silent: TrainingListener = { say: () => undefined, progress: () => undefined };

/**
 * Trains an assistant in a separate process, unless its model is up to date.
 * @returns the path of the model file
 * @throws TrainingFailed with the file and line of each error in the assistant, TrainingStopped
 */
export async function trainProject(
  directory: string,
  { force = false, seed = 0, signal }: ProjectOptions = {},
  listener: TrainingListener = silent,
): Promise<string> {
  const file = modelFile(directory);
  const onEnd = async (pid: number): Promise<void> => {
    for (const written of [file, policiesFile(directory)]) await rm(unfinishedFile(written, pid), { force: true });
  };
  await inOwnProcess('train', { directory, options: { force, seed } }, listener, { signal, onEnd });
  return file;
}

/** Tests intents and entities of an assistant in a separate process. @throws TrainingFailed */
export const testNluOf = (options: NluTestOptions, listener = silent): Promise<NluReports> =>
  inOwnProcess('testNlu', options, listener);

/** Tests the actions of an assistant in a separate process. @throws TrainingFailed */
export const testStoriesOf = (options: StoryTestOptions, listener = silent): Promise<Record<string, unknown>> =>
  inOwnProcess('testStories', options, listener);
