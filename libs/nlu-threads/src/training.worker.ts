import { type JobInput, type JobName, type JobResult, runJob } from '#nlu-engine/training-jobs';
import { takeTasks } from '#worker-pool';

/** A thread of `TrainingThreads`: runs one job after the other, and reports progress and results. */
takeTasks<{ name: JobName; input: JobInput<JobName> }, JobResult<JobName>, [number, number]>(
  ({ name, input }, report) => runJob(name, input, async (done, total) => report([done, total])),
);
