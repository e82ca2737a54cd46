import { WorkerPool } from '#worker-pool';
import { type Parsed, type ToParse } from './parse-text.js';

/** Delay before a thread that could not load the model is replaced, in milliseconds. */
const RESTART_DELAY_MS = 1_000;

export const PARSE_WORKER = new URL('./parse.worker.js', import.meta.url);

/** A pool of threads that parse texts with the same model. A task is a list of texts for one thread. */
export type ParsePool = WorkerPool<readonly ToParse[], Parsed[]>;

/**
 * Starts a pool. Resolves when every thread has loaded the model. A task is rejected when two threads in succession
 * died of it.
 * @param bytes the content of the model file
 * @param script the compiled `parse.worker`
 */
export async function startParsePool(bytes: Uint8Array, size: number, script = PARSE_WORKER): Promise<ParsePool> {
  const pool: ParsePool = new WorkerPool({
    script,
    size,
    workerData: bytes,
    waitUntilReady: true,
    restartDelayMs: RESTART_DELAY_MS,
    attempts: 2,
  });
  await pool.ready();
  return pool;
}
