import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nothingPretrained, type Pretrained, type SentenceEncoder } from '#nlu-engine';
import { VectorCache } from './vector-cache.js';

describe('The vectors of a training', () => {
  let folder: string;
  let asked: string[];
  let pretrained: Pretrained;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vectors-'));
    asked = [];
    const encoder: SentenceEncoder = {
      id: 'lengths-1',
      dimension: 2,
      encode: async (texts) => {
        asked.push(...texts);
        return texts.map((text) => Float32Array.of(text.length, 1 / 3));
      },
    };
    pretrained = { ...nothingPretrained, sentenceEncoder: async () => encoder };
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** What a training with these texts gets. */
  async function training(...texts: string[]): Promise<Float32Array[]> {
    const cache = new VectorCache(folder);
    const encoder = (await cache.around(pretrained).sentenceEncoder('en'))!;
    const vectors = await encoder.encode(texts);
    await cache.save();
    return vectors;
  }

  it('are computed only for texts that the training before did not have', async () => {
    const first = await training('one', 'three');
    const second = await training('three', 'seven', 'one');
    expect(asked).toEqual(['one', 'three', 'seven']);
    expect(second).toEqual([first[1], Float32Array.of(5, 1 / 3), first[0]]);
  });

  it('are forgotten when a training does without the text', async () => {
    await training('one', 'two');
    await training('one');
    await training('two');
    expect(asked).toEqual(['one', 'two', 'two']);
  });

  it('are computed again when the file is damaged or cut', async () => {
    await training('one');
    const [name] = await readdir(folder);
    expect(name).toBe('vectors-lengths-1.bin');
    const file = join(folder, name!);
    await writeFile(file, (await readFile(file)).subarray(1));
    expect(await training('one')).toEqual([Float32Array.of(3, 1 / 3)]);
    expect(asked).toEqual(['one', 'one']);
  });

  it('leave no file where no encoder is used', async () => {
    await new VectorCache(folder).save();
    expect(await readdir(folder)).toEqual([]);
  });
});
