import { type TrainingListener, trainProject, TrainingStopped, type TrainOptions } from '#training';
import { ProgressView } from './progress-view.js';

/** Reports the progress of a test, and of the training that it may need, on standard error. */
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
 * Trains an assistant unless its model is up to date, and reports the progress on standard error. Ctrl-C leaves the
 * model unchanged and ends this process with exit code 130.
 * @returns the path of the model file
 * @throws TrainingFailed with the file and line of the problem
 */
export async function train(directory: string, options: Partial<TrainOptions> = {}): Promise<string> {
  const view = new ProgressView(process.stderr);
  const stopping = new AbortController();
  // A terminal sends Ctrl-C to both processes; `kill` signals only this one.
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
