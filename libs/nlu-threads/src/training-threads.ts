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

/** More threads would be idle. */
const MOST_THREADS = 8;

interface Job {
  name: JobName;
  input: JobInput<JobName>;
}

/**
 * @param work gets the threads, which end with it; none with only one processor. There is one thread more than there are
 *   processors, because jobs differ in length and the system shares the processors among them.
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
 * Runs jobs in threads. The threads start at once, to be ready for the first job. If a thread ends before its job has
 * a result, this thread repeats the job.
 */
export class TrainingThreads implements TrainingJobs {
  private readonly pool: WorkerPool<Job, JobResult<JobName>, Parameters<Report>>;

  /**
   * @param size number of threads
   * @param script the compiled `training.worker`
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

  /** Ends the threads; unfinished jobs are rejected. */
  close(): Promise<void> {
    return this.pool.terminate();
  }
}
