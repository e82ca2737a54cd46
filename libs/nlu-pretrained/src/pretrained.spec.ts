import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { encoders } from './encoder-files.js';
import { pretrained } from './index.js';
import { ThreadedEncoder } from './threaded-encoder.js';

const similarity = (one: Float64Array | Float32Array, other: Float64Array | Float32Array): number => {
  let [dot, left, right] = [0, 0, 0];
  one.forEach((value, at) => {
    dot += value * other[at]!;
    left += value * value;
    right += other[at]! * other[at]!;
  });
  return dot / Math.sqrt(left * right);
};

describe('word vectors', () => {
  it('are closer for words with similar use, which share their groups', async () => {
    const vectors = (await pretrained.wordVectors('en'))!;
    const of = (word: string): Float64Array => {
      const sum = new Float64Array(vectors.dimension);
      vectors.addTo(sum, vectors.rankOf(word)!, 1);
      return sum;
    };
    expect(similarity(of('laptop'), of('computer'))).toBeGreaterThan(similarity(of('laptop'), of('weather')) + 0.2);
    expect(vectors.has('qwoeiu')).toBe(false);
    expect(vectors.clustersOf('laptop')).toHaveLength(3);
    expect(vectors.clustersOf('qwoeiu')).toEqual([]);
  });

  it('are none for a language without a table, nor for a path', async () => {
    expect(await pretrained.wordVectors('xx')).toBeUndefined();
    expect(await pretrained.wordVectors('../data/en')).toBeUndefined();
  });
});

describe('word classes', () => {
  it('contain the possible classes of a word', async () => {
    const classes = (await pretrained.wordClasses('en'))!;
    expect(classes.of('printers')).toEqual(expect.arrayContaining(['Noun', 'Plural']));
    expect(classes.of('installed')).toEqual(expect.arrayContaining(['Verb', 'PastTense']));
    expect(classes.of('emily')).toContain('FirstName');
    expect(classes.of('qwoeiu')).toEqual([]);
  });

  it('are none for a language without a table, nor for a path', async () => {
    expect(await pretrained.wordClasses('xx')).toBeUndefined();
    expect(await pretrained.wordClasses('../data/en')).toBeUndefined();
  });
});

describe('the sentence encoders', () => {
  // A thread runs compiled code only; the build comes before the tests.
  const compiled = new URL('../../../dist/libs/nlu-pretrained/src/encoder.worker.js', import.meta.url);
  const folder = join(import.meta.dirname, '../data/encoders');
  const pools: ThreadedEncoder[] = [];
  const start = (name: string, where = folder): ThreadedEncoder => {
    const files = encoders.find((one) => one.name === name)!;
    const encoder = new ThreadedEncoder(join(where, name), files, compiled);
    pools.push(encoder);
    return encoder;
  };
  afterAll(() => Promise.all(pools.map((encoder) => encoder.close())));

  it('gives similar vectors to sentences with the same meaning, even without a common word', async () => {
    const encoder = start('all-minilm-l6-v2');
    const [locked, forgot, weather, again] = (await encoder.encode([
      'my account is locked',
      'I cannot log in any more',
      'it will rain on sunday',
      'my account is locked',
    ])) as [Float32Array, Float32Array, Float32Array, Float32Array];
    expect(locked).toHaveLength(encoder.dimension);
    expect(similarity(locked, forgot)).toBeGreaterThan(similarity(locked, weather) + 0.1);
    expect(again).toEqual(locked);
  });

  it('of several languages put a German sentence beside an English one of the same meaning', async () => {
    const encoder = start('multilingual-e5-small');
    const [english, german, weather] = (await encoder.encode([
      'my account is locked',
      'mein Konto ist gesperrt',
      'es wird am Sonntag regnen',
    ])) as [Float32Array, Float32Array, Float32Array];
    expect(similarity(english, german)).toBeGreaterThan(similarity(english, weather) + 0.05);
  });

  it.each(encoders.map(({ name }) => name))('%s gives a finite vector of length 1 for any text', async (name) => {
    const encoder = start(name);
    const blank = ['', ' ', '\n\t'];
    const odd = ['🖨️🔥', '\ud800', 'a\udc00b', '打印机坏了', 'x'.repeat(8_000), 'no '.repeat(5_000), '\u0000', '?!'];
    const vectors = await encoder.encode([...blank, ...odd]);
    const lengths = vectors.map((vector) => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)));
    expect(lengths.slice(0, blank.length)).toEqual(blank.map(() => 0));
    for (const length of lengths.slice(blank.length)) expect(length).toBeCloseTo(1, 5);
  });

  it.each([
    ['is missing', () => undefined, /cannot be read; install the product again/],
    ['was cut', (file: string) => writeFileSync(file, 'cut'), /is damaged; install the product again/],
  ])('say what to do when a file %s', async (_, damage, reason) => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'encoder-'));
    mkdirSync(join(elsewhere, 'all-minilm-l6-v2'));
    damage(join(elsewhere, 'all-minilm-l6-v2', 'model.onnx'));
    damage(join(elsewhere, 'all-minilm-l6-v2', 'tokenizer.json'));
    await expect(start('all-minilm-l6-v2', elsewhere).ready()).rejects.toThrow(reason);
    rmSync(elsewhere, { recursive: true });
  });

  it('are none for a language that nobody made one for, nor for a path', async () => {
    expect(await pretrained.sentenceEncoder('xx')).toBeUndefined();
    expect(await pretrained.sentenceEncoder('../encoders')).toBeUndefined();
  });
});
