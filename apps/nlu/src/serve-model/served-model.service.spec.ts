import { copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NluModel } from '#nlu-engine';
import { waitUntil } from '#testing';
import { ModelRefusedError } from './loaded-model.js';
import { keepingLogger } from './keeping-logger.fixture.js';
import { trainOn } from './one-intent.fixture.js';
import { ServedModelService } from './served-model.service.js';

describe('The served model', () => {
  const models: Record<string, Buffer> = {};
  let folder: string;
  let file: string;
  let served: ServedModelService;
  let errors: unknown[][];

  beforeAll(async () => {
    for (const name of ['first', 'second']) models[name] = await trainOn(name);
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nlu-'));
    file = join(folder, 'nlu.model');
    await writeFile(file, models['first']!);
    const keeping = keepingLogger();
    errors = keeping.errors;
    served = await ServedModelService.open(file, { logger: keeping.logger, threads: { count: 0 }, pollEveryMs: 5 });
  });
  afterEach(async () => {
    await served.onApplicationShutdown();
    await rm(folder, { recursive: true });
  });

  const intentsOf = async (...texts: string[]): Promise<(string | null)[]> =>
    (await served.parse(texts.map((text) => ({ text, context: {} })))).map(({ result }) => result.intent.name);
  const intentNow = async (): Promise<string | null | undefined> => (await intentsOf('my printer'))[0];
  /** Replaces the model file as a training does. */
  const putInPlace = async (content: Buffer): Promise<void> => {
    await writeFile(`${file}.tmp`, content);
    await rename(`${file}.tmp`, file);
  };

  it('is replaced when its file is replaced, and every message is answered meanwhile', async () => {
    await putInPlace(models['second']!);
    await waitUntil('the second model answers', async () => {
      const [one, other] = await Promise.all([intentNow(), intentsOf(...Array<string>(120).fill('printer'))]);
      const answers = new Set(other);
      expect(answers.size).toBe(1);
      expect(['first', 'second']).toContain([...answers][0]);
      return one === 'second';
    });
    expect(errors).toEqual([]);
    expect(served.about).toMatchObject({ file, refusal: undefined });
  });

  it('stays when the new file is invalid, which is logged once, and is replaced by a later valid file', async () => {
    await putInPlace(models['second']!.subarray(0, 500));
    await waitUntil('the file is refused', () => errors.length > 0);
    expect(await intentNow()).toBe('first');
    expect(served.about.refusal).toMatchObject({ file, reason: expect.stringMatching(/damaged or cut off/) });
    await putInPlace(models['second']!);
    await waitUntil('the second model answers', async () => (await intentNow()) === 'second');
    expect(errors).toEqual([
      [expect.objectContaining({ file }), expect.stringMatching(/refused. The old one is still served/)],
    ]);
    expect(served.about.refusal).toBeUndefined();
  });

  it('stays when its file is deleted, and is replaced by the next file', async () => {
    await rm(file);
    expect(await intentNow()).toBe('first');
    await putInPlace(models['second']!);
    await waitUntil('the second model answers', async () => (await intentNow()) === 'second');
    expect(errors).toEqual([]);
  });

  it('can be replaced by another file, which is then watched', async () => {
    const other = join(folder, 'other.model');
    await writeFile(other, models['second']!);
    await served.replace(other);
    expect(await intentNow()).toBe('second');
    await writeFile(`${other}.tmp`, models['first']!);
    await rename(`${other}.tmp`, other);
    await waitUntil('the first model answers', async () => (await intentNow()) === 'first');
  });

  it('is not replaced by a file that is not a model or does not pass its test', async () => {
    const other = join(folder, 'other.model');
    await expect(served.replace(other)).rejects.toThrow(/There is no model at .*Train one/);
    await copyFile(import.meta.filename, other);
    await expect(served.replace(other)).rejects.toThrow(ModelRefusedError);
    expect(await intentNow()).toBe('first');
  });

  it('must exist at the start; the error says how to train one', async () => {
    const { logger } = keepingLogger();
    const opening = ServedModelService.open(join(folder, 'none.model'), { logger, threads: { count: 0 } });
    await expect(opening).rejects.toThrow(/There is no model at .*none.model. Train one with `bin\/helpdesk train`/);
  });

  it('is the one that its file contains', async () => {
    const model = await NluModel.load(models['first']!);
    expect(served.model.fingerprint).toBe(model.fingerprint);
    expect(served.about.sizeInBytes).toBe(models['first']!.length);
  });
});
