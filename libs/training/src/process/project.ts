import { rm } from 'node:fs/promises';
import { modelFile, policiesFile, unfinishedFile } from '../files/model-files.js';
import { type NluTestOptions } from '../test-nlu/run-nlu-test.js';
import { type StoryTestOptions } from '../test-stories/run-story-test.js';
import { type TrainingListener, type TrainOptions } from '../train/train-assistant.js';
import { inOwnProcess } from './training-process.js';
import { type NluReports } from './training.messages.js';

export interface ProjectOptions extends Partial<TrainOptions> {
  /** Stops the training; the model stays as it was. */
  signal?: AbortSignal;
}

const silent: TrainingListener = { say: () => undefined, progress: () => undefined };

/**
 * Trains an assistant unless its model is up to date, in a process of its own.
 * @returns the model's file.
 * @throws TrainingFailed with file and line of what is wrong with the assistant, TrainingStopped
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

/** Tests what an assistant understands, in a process of its own. @throws TrainingFailed */
export const testNluOf = (options: NluTestOptions, listener = silent): Promise<NluReports> =>
  inOwnProcess('testNlu', options, listener);

/** Tests what an assistant would do, in a process of its own. @throws TrainingFailed */
export const testStoriesOf = (options: StoryTestOptions, listener = silent): Promise<Record<string, unknown>> =>
  inOwnProcess('testStories', options, listener);
