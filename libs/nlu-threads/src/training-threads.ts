import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  type JobInput,
  type JobName,
  type JobResult,
  jobsInThisThread,
  type Report,
  runJob,
  type TrainingJobs,
} from '#nlu-engine/training-jobs';

/** More would find nothing to do. */
const MOST_THREADS = 8;

type Said = { progress: [number, number] } | { result: JobResult<JobName> };

interface Waiting {
  name: JobName;
  input: JobInput<JobName>;
  report: Report;
  resolve: (result: JobResult<JobName>) => void;
  reject: (error: unknown) => void;
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
  readonly #threads = new Set<Worker>();
  readonly #idle: Worker[] = [];
  readonly #waiting: Waiting[] = [];
  #isClosed = false;

  /**
   * @param size number of threads.
   * @param script the compiled `training.worker`.
   */
  constructor(size: number, script = new URL('./training.worker.js', import.meta.url)) {
    for (let begun = 0; begun < size; begun++) this.#begin(script);
  }

  run<Name extends JobName>(name: Name, input: JobInput<Name>, report: Report): Promise<JobResult<Name>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ name, input, report, resolve: resolve as Waiting['resolve'], reject });
      this.#dispatch();
    });
  }

  /** Ends the threads; jobs that are not done are rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
  }

  #dispatch(): void {
    // Without threads, everything is done here.
    while (this.#waiting.length > 0 && (this.#idle.length > 0 || this.#threads.size === 0)) {
      const thread = this.#idle.pop();
      const job = this.#waiting.shift()!;
      if (thread) this.#give(thread, job);
      else this.#doHere(job);
    }
  }

  #doHere({ name, input, report, resolve, reject }: Waiting): void {
    runJob(name, input, report).then(resolve, reject);
  }

  #begin(script: URL): void {
    const thread = new Worker(script);
    this.#threads.add(thread);
    this.#idle.push(thread);
    // What ends a thread would be an error of this process if nobody listened.
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      this.#threads.delete(thread);
      if (this.#idle.includes(thread)) this.#idle.splice(this.#idle.indexOf(thread), 1);
      if (!this.#isClosed) this.#dispatch();
    });
  }

  #give(thread: Worker, job: Waiting): void {
    const ended = (): void => (this.#isClosed ? job.reject(closed()) : this.#doHere(job));
    const listen = (said: Said): void => {
      if ('progress' in said) return void job.report(...said.progress);
      thread.off('message', listen);
      thread.off('exit', ended);
      job.resolve(said.result);
      this.#idle.push(thread);
      this.#dispatch();
    };
    thread.on('message', listen);
    thread.on('exit', ended);
    thread.postMessage({ name: job.name, input: job.input });
  }
}

const closed = (): Error => new Error('The training threads were closed.');
