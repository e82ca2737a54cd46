import { stat } from 'node:fs/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type NluModel } from '#nlu-engine';
import { Poller, type Logger } from '#service';
import { LoadedModel, ModelRefusedError, type Threads } from './loaded-model.js';
import { type Parsed, type ToParse } from './parse-text.js';

/** File systems that containers share tell nothing of a change, so the state of the file is read every so often. */
const POLL_EVERY_MS = 2_000;

export interface ServedModelOptions {
  logger: Logger;
  threads: Threads;
  /** Default 2000. */
  pollEveryMs?: number;
}

/** Why a file was not taken. */
export interface Refusal {
  file: string;
  reason: string;
  at: Date;
}

/**
 * The model that answers. When its file is replaced by another one, that is loaded and tested beside it and takes its
 * place between two messages; what the old one has begun it ends. A file that is refused changes nothing.
 */
@Injectable()
export class ServedModelService implements OnApplicationShutdown {
  private current: LoadedModel;
  /** Which state of the file was read last, taken or refused. */
  private seen: string | undefined;
  private refusal: Refusal | undefined;
  /** Replacements happen one after the other. */
  private replacing: Promise<unknown> = Promise.resolve();
  private readonly poller: Poller;

  private constructor(
    loaded: LoadedModel,
    seen: string | undefined,
    private readonly options: ServedModelOptions,
  ) {
    this.current = loaded;
    this.seen = seen;
    this.poller = new Poller(() => this.replaceChanged(), {
      everyMs: options.pollEveryMs ?? POLL_EVERY_MS,
      onError: (error) => options.logger.error({ err: error, file: this.current.file }, 'A new model was not loaded.'),
    });
    this.poller.start();
  }

  /** @throws ModelRefusedError with one sentence that says what to do. */
  static async open(file: string, options: ServedModelOptions): Promise<ServedModelService> {
    const seen = await stateOf(file);
    return new ServedModelService(await LoadedModel.load(file, options.threads), seen, options);
  }

  get model(): NluModel {
    return this.current.model;
  }

  get about(): { file: string; sizeInBytes: number; loadedAt: Date; refusal: Refusal | undefined } {
    const { file, sizeInBytes, loadedAt } = this.current;
    return { file, sizeInBytes, loadedAt, refusal: this.refusal };
  }

  /** What became of each text, in their order. Never rejects. */
  parse(texts: readonly ToParse[]): Promise<Parsed[]> {
    return this.current.parse(texts);
  }

  /**
   * Answers with the model of another file from now on, and watches that one.
   * @throws ModelRefusedError when it cannot be used; the model that was there goes on.
   */
  async replace(file: string): Promise<void> {
    const replacing = this.replacing.then(() => this.load(file));
    this.replacing = replacing.catch(() => undefined);
    await replacing;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.poller.stop();
    await this.replacing;
    await this.current.close();
  }

  private async load(file: string): Promise<void> {
    const { logger, threads } = this.options;
    const old = this.current;
    const seen = await stateOf(file);
    // One that is refused is not tried again until it changes.
    if (file === old.file) this.seen = seen;
    try {
      const fresh = await LoadedModel.load(file, threads);
      this.current = fresh;
      this.seen = seen;
      this.refusal = undefined;
      logger.info({ file, fingerprint: fresh.model.fingerprint }, 'A new model answers.');
    } catch (error) {
      if (!(error instanceof ModelRefusedError)) throw error;
      this.refusal = { file, reason: error.message, at: new Date() };
      logger.error({ file, reason: error.message }, 'A new model was refused; the old one goes on.');
      throw error;
    }
    await old.close();
  }

  private async replaceChanged(): Promise<void> {
    const { file } = this.current;
    const state = await stateOf(file);
    if (state === undefined || state === this.seen) return;
    try {
      await this.replace(file);
    } catch (error) {
      // A refusal was logged and is shown already.
      if (!(error instanceof ModelRefusedError)) throw error;
    }
  }
}

/** Tells one state of a file from another; undefined while there is none. */
const stateOf = (file: string): Promise<string | undefined> =>
  stat(file).then(
    ({ ino, mtimeMs, size }) => [ino, mtimeMs, size].join(),
    () => undefined,
  );
