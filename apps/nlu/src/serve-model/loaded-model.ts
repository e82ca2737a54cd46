import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { NluModel } from '#nlu-engine';
import { pretrained } from '#nlu-pretrained';
import { type ParsePool, startParsePool } from './parse-pool.js';
import { notUnderstood, type Parsed, parseText, type ToParse } from './parse-text.js';

/** Number of texts in one task of a thread. */
const CHUNK = 50;
/** Minimum number of texts in a batch for which threads are started. */
const LARGE_BATCH = 200;
/** Time without a batch after which the threads end, in milliseconds. */
const IDLE_MS = 30_000;

/** A model file was refused. The message gives the reason and, where possible, the remedy. */
export class ModelRefusedError extends Error {
  override readonly name = 'ModelRefusedError';
}

export interface Threads {
  /** With 0, everything is parsed in this thread. */
  count: number;
  script?: URL;
}

/** One less than the number of cores, so that one core is left for messages. */
export const defaultThreads = (): number => Math.max(1, availableParallelism() - 1);

/**
 * A model that was read from its file and has passed its test. It parses in this thread, because sending a text to another
 * thread would take longer than parsing it; large batches use other threads. A model with a sentence encoder never does:
 * the encoder has a thread of its own, and other threads would load it again.
 */
export class LoadedModel {
  readonly loadedAt = new Date();
  private pool: Promise<ParsePool> | undefined;
  private idle: NodeJS.Timeout | undefined;

  private constructor(
    readonly file: string,
    readonly model: NluModel,
    private readonly bytes: Uint8Array,
    private readonly threads: Threads,
  ) {}

  /**
   * @throws ModelRefusedError when the file is missing, damaged or of another version, or when the model does not pass
   *   its test
   */
  static async load(file: string, threads: Threads): Promise<LoadedModel> {
    let bytes: Buffer;
    try {
      bytes = await readFile(file);
    } catch (cause) {
      throw new ModelRefusedError(`There is no model at ${file}. Train one with \`bin/helpdesk train\`.`, { cause });
    }
    try {
      const model = await NluModel.load(bytes, pretrained);
      const problem = await model.selfTest();
      if (problem) throw new ModelRefusedError(problem);
      return new LoadedModel(file, model, bytes, threads);
    } catch (cause) {
      throw new ModelRefusedError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }

  get sizeInBytes(): number {
    return this.bytes.length;
  }

  /** Parses texts; the results are in the same order. Never rejects. */
  async parse(texts: readonly ToParse[]): Promise<Parsed[]> {
    const chunks = Array.from({ length: Math.ceil(texts.length / CHUNK) }, (_, at) =>
      texts.slice(at * CHUNK, (at + 1) * CHUNK),
    );
    if (!this.model.hasEncoder && this.threads.count > 0 && texts.length >= LARGE_BATCH) {
      clearTimeout(this.idle);
      const parsed = await Promise.all(chunks.map((chunk) => this.parseInThread(chunk)));
      this.idle = setTimeout(() => void this.close(), IDLE_MS).unref();
      return parsed.flat();
    }
    const parsed: Parsed[] = [];
    for (const chunk of chunks) {
      if (parsed.length > 0) await turn();
      parsed.push(...(await Promise.all(chunk.map((each) => parseText(this.model, each)))));
    }
    return parsed;
  }

  /** Ends the threads after their current tasks. The model still works afterwards: a batch starts new threads. */
  async close(): Promise<void> {
    clearTimeout(this.idle);
    const pool = await this.pool?.catch(() => undefined);
    this.pool = undefined;
    await pool?.close();
  }

  private async parseInThread(texts: readonly ToParse[]): Promise<Parsed[]> {
    try {
      const pool = await this.openPool();
      return await pool.run(texts);
    } catch (error) {
      return texts.map(({ text }) => notUnderstood(text, error as Error));
    }
  }

  private async openPool(): Promise<ParsePool> {
    const { count, script } = this.threads;
    this.pool ??= startParsePool(this.bytes, count, script);
    try {
      return await this.pool;
    } catch (error) {
      this.pool = undefined;
      throw error;
    }
  }
}
