import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { projectRoot } from '#service';
import { LoadedModel, ModelRefusedError } from './loaded-model.js';
import { trainOn } from './one-intent.fixture.js';

/** A thread runs compiled code only, so the build runs before the tests. */
const WORKER = join(projectRoot, 'dist/apps/nlu/src/serve-model/parse.worker.js');

const textsLike = (text: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ text: `${text} ${at}`, context: { now: new Date() } }));

describe('A loaded model', () => {
  let folder: string;
  let loaded: LoadedModel;
  beforeEach(async () => {
    expect(existsSync(WORKER)).toBe(true);
    folder = await mkdtemp(join(tmpdir(), 'loaded-model-'));
    await writeFile(join(folder, 'nlu.model'), await trainOn('report'));
    const threads = { count: 2, script: pathToFileURL(WORKER) };
    loaded = await LoadedModel.load(join(folder, 'nlu.model'), threads);
  });
  afterEach(async () => {
    await loaded.close();
    await rm(folder, { recursive: true });
  });

  it('parses a large batch in threads with the same results as in this thread, in order', async () => {
    const texts = textsLike('my printer', 1_000);
    const large = await loaded.parse(texts);
    const small = (await Promise.all(texts.map((text) => loaded.parse([text])))).flat();
    expect(large).toEqual(small);
    expect(large.map(({ result }) => result.text)).toEqual(texts.map(({ text }) => text));
  });

  it('finishes its batches when it is closed, and parses later ones too', async () => {
    const begun = loaded.parse(textsLike('printer', 400));
    await loaded.close();
    expect(await begun).toHaveLength(400);
    expect(await loaded.parse(textsLike('printer', 400))).toHaveLength(400);
  });

  it('treats the texts of a batch as not understood when no thread can be started', async () => {
    const script = pathToFileURL(join(folder, 'none.js'));
    const lame = await LoadedModel.load(join(folder, 'nlu.model'), { count: 1, script });
    const [parsed] = await lame.parse(textsLike('printer', 400));
    expect(parsed).toMatchObject({
      result: { intent: { name: 'nlu_fallback' } },
      error: { message: expect.stringContaining('none.js') },
    });
    expect(await lame.parse(textsLike('printer', 1))).toMatchObject([{ result: { intent: { name: 'report' } } }]);
  });

  it('is refused when its file is not a model', async () => {
    await writeFile(join(folder, 'other.model'), 'no model');
    const loading = LoadedModel.load(join(folder, 'other.model'), { count: 0 });
    await expect(loading).rejects.toThrow(ModelRefusedError);
    await expect(loading).rejects.toThrow(/other.model: This is not an NLU model/);
  });
});
