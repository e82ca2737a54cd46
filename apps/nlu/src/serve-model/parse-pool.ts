import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Parsed, type ToParse } from './parse-text.js';

interface Waiting {
  /** What one thread parses in one go. */
  texts: readonly ToParse[];
  resolve(parsed: Parsed[]): void;
  reject(error: Error): void;
  /** A thread has died of it before. */
  isSecondTry: boolean;
}

interface Thread {
  worker: Worker;
  task?: Waiting | undefined;
}

/** Before a thread takes the place of one that could not even load the model. */
const RESTART_DELAY_MS = 1_000;

export const PARSE_WORKER = new URL('./parse.worker.js', import.meta.url);

/** Threads that have the same model and parse texts with it, one task each at a time. */
export class ParsePool {
  readonly #idle: Thread[] = [];
  readonly #threads = new Set<Thread>();
  readonly #waiting: Waiting[] = [];
  #whenDrained: (() => void) | undefined;
  #isClosed = false;

  private constructor(
    private readonly bytes: Uint8Array,
    private readonly script: URL,
  ) {}

  /**
   * Resolves when every thread has loaded the model.
   * @param bytes the model as it is in its file.
   * @param script the compiled `parse.worker`.
   */
  static async start(bytes: Uint8Array, size: number, script = PARSE_WORKER): Promise<ParsePool> {
    const pool = new ParsePool(bytes, script);
    try {
      await Promise.all(Array.from({ length: size }, () => pool.#begin()));
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /** @throws when a thread died of the task, and another one, too. */
  run(texts: readonly ToParse[]): Promise<Parsed[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ texts, resolve, reject, isSecondTry: false });
      this.#dispatch();
    });
  }

  /** Lets everything that was asked for be answered, then ends the threads. */
  async close(): Promise<void> {
    if (this.#isWorking) await new Promise<void>((resolve) => (this.#whenDrained = resolve));
    this.#isClosed = true;
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #begin(): Promise<void> {
    const thread: Thread = { worker: new Worker(this.script, { workerData: this.bytes }) };
    this.#threads.add(thread);
    return new Promise((resolve, reject) => {
      let isReady = false;
      let reason = new Error('A parsing thread ended.');
      thread.worker.on('message', (message: 'ready' | Parsed[]) => {
        if (message === 'ready') {
          isReady = true;
          resolve();
        } else {
          thread.task?.resolve(message);
          thread.task = undefined;
        }
        this.#idle.push(thread);
        this.#dispatch();
      });
      thread.worker.on('error', (error) => (reason = error));
      thread.worker.on('exit', () => {
        this.#threads.delete(thread);
        if (this.#idle.includes(thread)) this.#idle.splice(this.#idle.indexOf(thread), 1);
        if (!isReady) return reject(reason);
        this.#afterDeath(thread.task, reason);
      });
    });
  }

  #afterDeath(task: Waiting | undefined, reason: Error): void {
    if (this.#isClosed) return;
    if (task?.isSecondTry) task.reject(reason);
    else if (task) this.#waiting.unshift({ ...task, isSecondTry: true });
    void this.#replace();
  }

  async #replace(): Promise<void> {
    while (!this.#isClosed) {
      try {
        return await this.#begin();
      } catch {
        await delay(RESTART_DELAY_MS, undefined, { ref: false });
      }
    }
  }

  #dispatch(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const thread = this.#idle.pop()!;
      thread.task = this.#waiting.shift()!;
      thread.worker.postMessage(thread.task.texts);
    }
    if (!this.#isWorking) this.#whenDrained?.();
  }

  get #isWorking(): boolean {
    return this.#waiting.length > 0 || [...this.#threads].some(({ task }) => task);
  }
}
