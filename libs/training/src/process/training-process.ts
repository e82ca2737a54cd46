import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type TrainingListener } from '../train/train-assistant.js';
import { type FromTraining, type ProjectTask, type ProjectTasks } from './training.messages.js';

const PROGRAM = new URL('./training.process.js', import.meta.url);

/** The task failed. The message lists the errors in the files, or says how the process ended. */
export class TrainingFailed extends Error {
  override readonly name = 'TrainingFailed';
}

/** The signal stopped the training; nothing was changed. */
export class TrainingStopped extends Error {
  override readonly name = 'TrainingStopped';
}

/**
 * Runs a task in a separate process. Its memory is freed afterwards, conversations continue meanwhile, and an early end
 * leaves the model unchanged.
 * @param onEnd called with the process id after the process ended for any reason
 * @throws TrainingFailed, TrainingStopped
 */
export async function inOwnProcess<Task extends ProjectTask>(
  task: Task,
  input: ProjectTasks[Task]['input'],
  { say, progress }: TrainingListener,
  { signal, onEnd }: { signal?: AbortSignal | undefined; onEnd?: (pid: number) => Promise<void> } = {},
): Promise<ProjectTasks[Task]['result']> {
  const child = fork(PROGRAM, [task, JSON.stringify(input)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let last: Extract<FromTraining, { kind: 'done' | 'failed' }> | undefined;
  child.on('message', (message: FromTraining) => {
    if (message.kind === 'progress') progress(message.report);
    else if (message.kind === 'line') say(message.line);
    else last = message;
  });
  const stop = (): unknown => child.kill();
  signal?.addEventListener('abort', stop);
  const [code, endedBy] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  signal?.removeEventListener('abort', stop);
  await onEnd?.(child.pid ?? 0);
  if (signal?.aborted) throw new TrainingStopped('The training was stopped.');
  if (last?.kind === 'failed') throw new TrainingFailed(last.reason);
  if (code !== 0 || !last)
    throw new TrainingFailed(`The training ended unexpectedly (${endedBy ?? `exit code ${code}`}).`);
  return last.result as ProjectTasks[Task]['result'];
}
