import { type SentenceEncoder } from '#nlu-engine';
import { WorkerPool } from '#worker-pool';
import { type EncoderFiles } from './encoder-files.js';

/** Before a thread takes the place of one that ended. */
const RESTART_DELAY_MS = 1_000;

/**
 * A sentence encoder with a thread of its own, so that messages that do not need it never wait for one that does. The
 * thread does not keep the process alive.
 */
export class ThreadedEncoder implements SentenceEncoder {
  readonly id: string;
  readonly dimension: number;
  private readonly pool: WorkerPool<readonly string[], Float32Array[]>;

  /** @param script the compiled `encoder.worker`. */
  constructor(folder: string, files: EncoderFiles, script = new URL('./encoder.worker.js', import.meta.url)) {
    this.id = `${files.name}-${files.checksums['model.onnx'].slice(0, 8)}`;
    this.dimension = files.dimension;
    this.pool = new WorkerPool({
      script,
      size: 1,
      workerData: { folder, files },
      waitUntilReady: true,
      restartDelayMs: RESTART_DELAY_MS,
      attempts: 2,
      keepsProcessAlive: false,
    });
  }

  /** Resolves when the encoder is loaded. @throws Error that says why it cannot be. */
  ready(): Promise<void> {
    return this.pool.ready();
  }

  encode(texts: readonly string[]): Promise<Float32Array[]> {
    return this.pool.run(texts);
  }

  /** Ends the thread. */
  close(): Promise<void> {
    return this.pool.terminate();
  }
}
