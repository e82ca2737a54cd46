import { Worker } from 'node:worker_threads';
import { type Said } from './take-tasks.js';

/** A thread ended. The message and the cause are those of the error that ended it, if any. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';

  constructor(cause?: unknown) {
    // A thread may throw any value, and Node's copy of its error is not recognized by `isNativeError`.
    super((cause as Partial<Error> | null | undefined)?.message ?? 'A thread of the pool ended.', { cause });
  }
}

export interface WorkerPoolOptions {
  /** The script of each thread: compiled code that calls `takeTasks`. */
  script: URL;
  /** Number of threads. */
  size: number;
  /** Data for each thread; each gets a copy. */
  workerData?: unknown;
  /** Whether a thread gets no task before it is ready. Otherwise a task may be sent to a thread that is still starting. */
  waitUntilReady?: boolean;
  /**
   * Replaces a thread that ended: at once, or after this delay if it ended before it was ready. If absent, no thread is
   * replaced.
   */
  restartDelayMs?: number;
  /** Number of threads that may end during the same task before the task is rejected. Default 1. */
  attempts?: number;
  /** False: threads that have nothing to do let the process end. */
  keepsProcessAlive?: boolean;
}

interface Waiting<Task, Result, Progress> {
  task: Task;
  onProgress: ((progress: Progress) => void) | undefined;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
  attempts: number;
}

interface Thread<Task, Result, Progress> {
  worker: Worker;
  isReady: boolean;
  doing?: Waiting<Task, Result, Progress> | undefined;
}

/** Threads that run the same script. Each executes one task at a time; tasks start in order of arrival. */
export class WorkerPool<Task, Result, Progress = never> {
  private readonly threads = new Set<Thread<Task, Result, Progress>>();
  private readonly waiting: Waiting<Task, Result, Progress>[] = [];
  private readonly started: Promise<void>[] = [];
  private readonly whenDrained: (() => void)[] = [];
  private isClosed = false;

  /** Starts the threads. */
  constructor(private readonly options: WorkerPoolOptions) {
    for (let count = 0; count < options.size; count++) {
      const ready = this.start();
      // A caller that wants this error calls `ready`.
      ready.catch(() => undefined);
      this.started.push(ready);
    }
  }

  /**
   * Resolves when each of the first threads is ready.
   * @throws ThreadEnded when one of them ended before that; then all of them are terminated
   */
  async ready(): Promise<void> {
    try {
      await Promise.all(this.started);
    } catch (error) {
      await this.terminate();
      throw error;
    }
  }

  /**
   * @throws ThreadEnded when the task's thread ended, or no thread is left. The task itself may be valid,
   *   so the caller may execute it in another way.
   */
  run(task: Task, onProgress?: (progress: Progress) => void): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) return reject(closed());
      this.waiting.push({ task, onProgress, resolve, reject, attempts: 0 });
      this.dispatch();
    });
  }

  /** Ends the threads when all tasks are done. */
  async close(): Promise<void> {
    if (this.isWorking) await new Promise<void>((resolve) => this.whenDrained.push(resolve));
    await this.terminate();
  }

  /** Ends the threads at once; unfinished tasks are rejected. */
  async terminate(): Promise<void> {
    this.isClosed = true;
    const ended = [...this.threads].map(({ worker }) => worker.terminate());
    for (const { reject } of this.waiting.splice(0)) reject(closed());
    await Promise.all(ended);
    this.dispatch();
  }

  private start(): Promise<void> {
    const { script, workerData } = this.options;
    const thread: Thread<Task, Result, Progress> = { worker: new Worker(script, { workerData }), isReady: false };
    this.threads.add(thread);
    return new Promise((resolve, reject) => {
      let cause: unknown;
      thread.worker.on('message', (said: Said<Result, Progress>) => {
        if (said === 'ready') {
          thread.isReady = true;
          this.release(thread);
          resolve();
          this.dispatch();
        } else if ('progress' in said) {
          thread.doing?.onProgress?.(said.progress);
        } else {
          thread.doing?.resolve(said.result);
          thread.doing = undefined;
          this.release(thread);
          this.dispatch();
        }
      });
      thread.worker.on('error', (error) => (cause = error));
      thread.worker.on('exit', () => {
        const error = this.isClosed ? closed() : new ThreadEnded(cause);
        reject(error);
        this.afterEnd(thread, error);
      });
    });
  }

  private release({ worker }: Thread<Task, Result, Progress>): void {
    if (this.options.keepsProcessAlive === false) worker.unref();
  }

  private afterEnd(thread: Thread<Task, Result, Progress>, error: Error): void {
    const { attempts = 1, restartDelayMs } = this.options;
    this.threads.delete(thread);
    if (thread.doing) {
      thread.doing.attempts++;
      if (this.isClosed || thread.doing.attempts >= attempts) thread.doing.reject(error);
      else this.waiting.unshift(thread.doing);
    }
    if (restartDelayMs !== undefined) {
      if (thread.isReady) this.replace(restartDelayMs);
      else this.replaceAfter(restartDelayMs);
    }
    this.dispatch();
  }

  private replace(delayMs: number): void {
    if (this.isClosed) return;
    try {
      // If it ends before it is ready, `afterEnd` replaces it again.
      this.start().catch(() => undefined);
      this.dispatch();
    } catch {
      this.replaceAfter(delayMs);
    }
  }

  private replaceAfter(delayMs: number): void {
    setTimeout(() => this.replace(delayMs), delayMs).unref();
  }

  private dispatch(): void {
    const { waitUntilReady, restartDelayMs } = this.options;
    if (this.threads.size === 0 && restartDelayMs === undefined) {
      for (const { reject } of this.waiting.splice(0)) reject(new ThreadEnded());
    }
    for (const thread of this.threads) {
      if (thread.doing || (waitUntilReady && !thread.isReady)) continue;
      this.give(thread);
    }
    if (!this.isWorking) for (const resolve of this.whenDrained.splice(0)) resolve();
  }

  /** Gives a thread its next task, if there is one. */
  private give(thread: Thread<Task, Result, Progress>): void {
    while (!thread.doing && this.waiting.length > 0) {
      const next = this.waiting.shift()!;
      try {
        thread.worker.postMessage(next.task);
        thread.doing = next;
        thread.worker.ref();
      } catch (error) {
        // Some values, such as functions, cannot be sent to a thread.
        next.reject(error);
      }
    }
  }

  private get isWorking(): boolean {
    return this.waiting.length > 0 || [...this.threads].some(({ doing }) => doing);
  }
}

const closed = (): Error => new Error('The pool of threads was closed.');
