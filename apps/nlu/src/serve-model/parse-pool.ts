import { WorkerPool } from '#worker-pool';
import { type Parsed, type ToParse } from './parse-text.js';

/** Before a thread takes the place of one that could not even load the model. */
const RESTART_DELAY_MS = 1_000;

export const PARSE_WORKER = new URL('./parse.worker.js', import.meta.url);

/** Threads that have the same model and parse texts with it. A task is what one thread parses in one go. */
export type ParsePool = WorkerPool<readonly ToParse[], Parsed[]>;

/**
 * Resolves when every thread has loaded the model. A task is rejected when a thread died of it, and another one, too.
 * @param bytes the model as it is in its file.
 * @param script the compiled `parse.worker`.
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
