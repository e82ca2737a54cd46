import { type TrainingListener, trainProject, TrainingStopped, type TrainOptions } from '#training';
import { ProgressView } from './progress-view.js';

/** Says on standard error what a test, and the training that it may need, does. */
export function terminal(): TrainingListener {
  const view = new ProgressView(process.stderr);
  return {
    say(line) {
      view.end();
      console.error(line);
    },
    progress: (report) => view.show(report),
  };
}

/**
 * Trains an assistant unless its model is up to date, and says on standard error what is done. Ctrl-C leaves the model
 * as it was and ends this process with 130.
 * @returns the model's file.
 * @throws TrainingFailed with file and line of what is wrong with the assistant.
 */
export async function train(directory: string, options: Partial<TrainOptions> = {}): Promise<string> {
  const view = new ProgressView(process.stderr);
  const stopping = new AbortController();
  // A terminal sends Ctrl-C to both processes, `kill` only to this one.
  const stop = (): void => stopping.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const listener = { say: view.say.bind(view), progress: view.show.bind(view) };
    return await trainProject(directory, { ...options, signal: stopping.signal }, listener);
  } catch (error) {
    if (!(error instanceof TrainingStopped)) throw error;
    view.end();
    view.say('› Stopped. The model has not changed.');
    return process.exit(130);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    view.end();
  }
}
