import { parentPort } from 'node:worker_threads';

/** What a thread says to its pool; `ready` once, before anything else. */
export type Said<Result, Progress> = 'ready' | { progress: Progress } | { result: Result };

/**
 * Makes the thread that calls it one of a `WorkerPool`; for the end of the thread's script, when everything is loaded.
 * @param work does one task. An error that it throws ends the thread.
 */
export function takeTasks<Task, Result, Progress = never>(
  work: (task: Task, report: (progress: Progress) => void) => Result | Promise<Result>,
): void {
  const say = (said: Said<Result, Progress>): void => parentPort?.postMessage(said);
  const answer = async (task: Task): Promise<void> =>
    say({ result: await work(task, (progress) => say({ progress })) });
  parentPort?.on('message', (task: Task) => void answer(task));
  say('ready');
}
