import { stat } from 'node:fs/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type NluModel } from '#nlu-engine';
import { Poller, type Logger } from '#service';
import { LoadedModel, ModelRefusedError, type Threads } from './loaded-model.js';
import { type Parsed, type ToParse } from './parse-text.js';

/**
 * Interval at which the state of the file is read, in milliseconds. File systems that containers share do not report
 * changes.
 */
const POLL_EVERY_MS = 2_000;

export interface ServedModelOptions {
  logger: Logger;
  threads: Threads;
  /** Polling interval in milliseconds; 2000 by default. */
  pollEveryMs?: number;
}

/** The reason why a file was refused. */
export interface Refusal {
  file: string;
  reason: string;
  at: Date;
}

/**
 * The model that parses the messages. When its file is replaced, the new model is loaded and tested while the old one
 * still works, and takes over between two messages. The old model finishes its tasks. A refused file changes nothing.
 */
@Injectable()
export class ServedModelService implements OnApplicationShutdown {
  private current: LoadedModel;
  /** The state of the file that was read last, whether it was accepted or refused. */
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

  /** @throws ModelRefusedError when the file cannot be served */
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

  /** Parses texts; the results are in the same order. Never rejects. */
  parse(texts: readonly ToParse[]): Promise<Parsed[]> {
    return this.current.parse(texts);
  }

  /**
   * Serves the model of another file from now on, and watches that file.
   * @throws ModelRefusedError when the file cannot be served; the old model is then still served
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
    // A refused file is not tried again until it changes.
    if (file === old.file) this.seen = seen;
    try {
      const fresh = await LoadedModel.load(file, threads);
      this.current = fresh;
      this.seen = seen;
      this.refusal = undefined;
      logger.info({ file, fingerprint: fresh.model.fingerprint }, 'A new model is served.');
    } catch (error) {
      if (!(error instanceof ModelRefusedError)) throw error;
      this.refusal = { file, reason: error.message, at: new Date() };
      logger.error({ file, reason: error.message }, 'A new model was refused. The old one is still served.');
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
      // The refusal is already logged and reported.
      if (!(error instanceof ModelRefusedError)) throw error;
    }
  }
}

/** A text that identifies a state of the file; undefined while the file does not exist. */
const stateOf = (file: string): Promise<string | undefined> =>
  stat(file).then(
    ({ ino, mtimeMs, size }) => [ino, mtimeMs, size].join(),
    () => undefined,
  );
