import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type ProgressReport } from '#nlu-engine';
import { policiesFile } from '../../../dialogue/src/stored-policies.js';
import { modelFile, unfinishedFile } from './model-file.js';
import { ProgressView } from './progress-view.js';
import { type TrainOptions } from './train-assistant.js';

export { modelFile } from './model-file.js';

/** What the process that trains says. */
export type FromTraining =
  { kind: 'line'; line: string } | { kind: 'progress'; report: ProgressReport } | { kind: 'failed'; reason: string };

const PROGRAM = new URL('./training.process.js', import.meta.url);

/**
 * Trains an assistant unless its model is up to date, and says on standard error what is done. It happens in a process
 * of its own: the memory that a training takes is given back, and Ctrl-C leaves the model as it was.
 * @returns the model's file.
 * @throws Error with file and line of what is wrong with the assistant.
 */
export async function train(directory: string, options: Partial<TrainOptions> = {}): Promise<string> {
  const { force = false, seed = 0 } = options;
  const file = modelFile(directory);
  const view = new ProgressView(process.stderr);
  const child = fork(PROGRAM, [directory, JSON.stringify({ force, seed })], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let failure: string | undefined;
  child.on('message', (message: FromTraining) => {
    if (message.kind === 'progress') view.show(message.report);
    else if (message.kind === 'line') view.say(message.line);
    else failure = message.reason;
  });
  const stop = stopOnSignal(child);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  stop.forget();
  view.end();
  for (const written of [file, policiesFile(directory)])
    await rm(unfinishedFile(written, child.pid ?? 0), { force: true });
  if (stop.wasAsked()) {
    view.say('› Stopped. The model is as it was.');
    process.exit(130);
  }
  if (failure !== undefined) throw new Error(failure);
  if (code !== 0) throw new Error(`The training ended unexpectedly (${signal ?? `exit code ${code}`}).`);
  return file;
}

/** Ends the training on Ctrl-C, which a terminal sends to both processes and `kill` only to this one. */
function stopOnSignal(child: ChildProcess): { wasAsked(): boolean; forget(): void } {
  let isAsked = false;
  const end = (): void => {
    isAsked = true;
    child.kill();
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  return {
    wasAsked: () => isAsked,
    forget: () => process.off('SIGINT', end).off('SIGTERM', end),
  };
}
