import { beforeAll, describe, expect, it } from '@jest/globals';
import { trainNlu } from '../../index.js';
import { component, sampleAssistant } from '../../sample-assistant.fixture.js';

const FEATURIZERS = { word: {}, char: { analyzer: 'char_wb' } };

describe('n-grams for the intent', () => {
  const confidences: Record<string, (text: string) => Promise<number>> = {};
  beforeAll(async () => {
    for (const [name, options] of Object.entries(FEATURIZERS)) {
      const pipeline = [
        component('WhitespaceTokenizer'),
        component('CountVectorsFeaturizer', options),
        component('LinearIntentClassifier'),
      ];
      const model = await trainNlu(sampleAssistant({ pipeline }));
      confidences[name] = async (text) => (await model.parse(text)).intent.confidence;
    }
  });

  it('see the corrected word, but characters of short words as they were written', async () => {
    expect(await confidences['word']!('hellp')).toBe(await confidences['word']!('hello'));
    expect(await confidences['char']!('hellp')).toBeLessThan(await confidences['char']!('hello'));
    expect(await confidences['char']!('passwrod')).toBe(await confidences['char']!('password'));
  });

  it('of two words include the ends of the text, so that a single word has some', async () => {
    const pipeline = [
      component('WhitespaceTokenizer'),
      component('CountVectorsFeaturizer', { min_ngram: 2, max_ngram: 2 }),
      component('LinearIntentClassifier'),
    ];
    const model = await trainNlu(sampleAssistant({ pipeline }));
    expect((await model.parse('hello')).intent.name).toBe('greet');
  });
});
