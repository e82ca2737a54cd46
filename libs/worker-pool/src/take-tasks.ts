import { parentPort } from 'node:worker_threads';

/** A thread's message to its pool; `ready` once, first. */
export type Said<Result, Progress> = 'ready' | { progress: Progress } | { result: Result };

/**
 * Turns the calling thread into a member of a `WorkerPool`. Call it at the end of the thread's script, when everything is loaded.
 * @param work executes one task. An error that it throws ends the thread.
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
