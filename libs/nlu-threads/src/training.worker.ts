import { type JobInput, type JobName, type JobResult, runJob } from '#nlu-engine/training-jobs';
import { takeTasks } from '#worker-pool';

/** A thread of `TrainingThreads`: does one job after the other, and says how far it is and what came out. */
takeTasks<{ name: JobName; input: JobInput<JobName> }, JobResult<JobName>, [number, number]>(
  ({ name, input }, report) => runJob(name, input, async (done, total) => report([done, total])),
);
