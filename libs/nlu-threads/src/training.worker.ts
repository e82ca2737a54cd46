import { parentPort } from 'node:worker_threads';
import { type JobInput, type JobName, runJob } from '#nlu-engine/training-jobs';

/** A thread of `TrainingThreads`: does one job after the other, and says how far it is and what came out. */
parentPort?.on('message', ({ name, input }: { name: JobName; input: JobInput<JobName> }) => {
  const report = (done: number, total: number): Promise<void> => {
    parentPort?.postMessage({ progress: [done, total] });
    return Promise.resolve();
  };
  void runJob(name, input, report).then((result) => parentPort?.postMessage({ result }));
});
