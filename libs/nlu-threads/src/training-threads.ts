import { availableParallelism } from 'node:os';
import {
  type JobInput,
  type JobName,
  type JobResult,
  jobsInThisThread,
  type Report,
  runJob,
  type TrainingJobs,
} from '#nlu-engine/training-jobs';
import { ThreadEnded, WorkerPool } from '#worker-pool';

/** More would find nothing to do. */
const MOST_THREADS = 8;

interface Job {
  name: JobName;
  input: JobInput<JobName>;
}

/**
 * @param work is given threads, which end with it; none where there is only one processor. There is one more than there are
 *   processors, because jobs differ in length: the system shares the processors among them.
 */
export async function withTrainingThreads<T>(work: (jobs: TrainingJobs) => Promise<T>): Promise<T> {
  const processors = availableParallelism();
  if (processors === 1) return work(jobsInThisThread);
  const threads = new TrainingThreads(Math.min(processors + 1, MOST_THREADS));
  try {
    return await work(threads);
  } finally {
    await threads.close();
  }
}

/**
 * Does jobs in threads of their own. The threads begin at once, to be ready when the first job comes. The job of one that
 * ends before it has a result is done again in this thread.
 */
export class TrainingThreads implements TrainingJobs {
  private readonly pool: WorkerPool<Job, JobResult<JobName>, Parameters<Report>>;

  /**
   * @param size number of threads.
   * @param script the compiled `training.worker`.
   */
  constructor(size: number, script = new URL('./training.worker.js', import.meta.url)) {
    this.pool = new WorkerPool({ script, size });
  }

  async run<Name extends JobName>(name: Name, input: JobInput<Name>, report: Report): Promise<JobResult<Name>> {
    try {
      const result = await this.pool.run({ name, input }, (progress) => void report(...progress));
      return result as JobResult<Name>;
    } catch (error) {
      if (error instanceof ThreadEnded) return runJob(name, input, report);
      throw error;
    }
  }

  /** Ends the threads; jobs that are not done are rejected. */
  close(): Promise<void> {
    return this.pool.terminate();
  }
}
