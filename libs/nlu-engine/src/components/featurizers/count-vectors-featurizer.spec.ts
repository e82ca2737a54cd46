import { beforeAll, describe, expect, it } from '@jest/globals';
import { trainNlu } from '../../index.js';
import { component, sampleAssistant } from '../../sample-assistant.fixture.js';

const FEATURIZERS = { word: {}, char: { analyzer: 'char_wb' } };

describe('n-grams for the intent', () => {
  const confidences: Record<string, (text: string) => number> = {};
  beforeAll(async () => {
    for (const [name, options] of Object.entries(FEATURIZERS)) {
      const pipeline = [
        component('WhitespaceTokenizer'),
        component('CountVectorsFeaturizer', options),
        component('LinearIntentClassifier'),
      ];
      const model = await trainNlu(sampleAssistant({ pipeline }));
      confidences[name] = (text) => model.parse(text).intent.confidence;
    }
  });

  it('see the corrected word, but characters of short words as they were written', () => {
    expect(confidences['word']!('hellp')).toBe(confidences['word']!('hello'));
    expect(confidences['char']!('hellp')).toBeLessThan(confidences['char']!('hello'));
    expect(confidences['char']!('passwrod')).toBe(confidences['char']!('password'));
  });

  it('of two words include the ends of the text, so that a single word has some', async () => {
    const pipeline = [
      component('WhitespaceTokenizer'),
      component('CountVectorsFeaturizer', { min_ngram: 2, max_ngram: 2 }),
      component('LinearIntentClassifier'),
    ];
    const model = await trainNlu(sampleAssistant({ pipeline }));
    expect(model.parse('hello').intent.name).toBe('greet');
  });
});
