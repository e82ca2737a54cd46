import { describe, expect, it } from '@jest/globals';
import { NluConfigError } from '../component/errors.js';
import { accuratePipeline, checkOrder, componentType, defaultPipeline, knownComponents } from './pipeline.js';
import { component } from '../sample-assistant.fixture.js';

const pipelineOf = (...names: string[]) => names.map((name) => component(name));

describe('A component of a pipeline', () => {
  it('is found by each of its names, also at the end of a dotted path', () => {
    expect(knownComponents.length).toBeGreaterThan(10);
    for (const name of knownComponents) {
      expect(componentType(name).names).toContain(name);
      expect(componentType(`rasa.nlu.components.${name}`)).toBe(componentType(name));
    }
  });

  it('has a name that no other has', () => {
    expect(new Set(knownComponents).size).toBe(knownComponents.length);
  });

  it.each(['SpacyNLP', 'whitespacetokenizer', '', 'WhitespaceTokenizer.'])('is not named %j', (name) => {
    expect(() => componentType(name)).toThrow(NluConfigError);
    expect(() => componentType(name)).toThrow('Known components: ');
  });
});

describe('The order of a pipeline', () => {
  it.each([
    ['none', []],
    ['the default one', defaultPipeline],
    ['the accurate one', accuratePipeline],
    [
      'a tokenizer, a featurizer, a classifier',
      pipelineOf('WhitespaceTokenizer', 'CountVectorsFeaturizer', 'DIETClassifier'),
    ],
    ['keywords alone', pipelineOf('KeywordIntentClassifier')],
  ])('is good: %s', (_, pipeline) => {
    expect(() => checkOrder(pipeline)).not.toThrow();
  });

  it.each<[string[], string]>([
    [['CountVectorsFeaturizer'], 'CountVectorsFeaturizer: needs a tokenizer before it in the pipeline'],
    [['WhitespaceTokenizer', 'DIETClassifier'], 'DIETClassifier: needs a featurizer before it in the pipeline'],
    [['CountVectorsFeaturizer', 'WhitespaceTokenizer'], 'CountVectorsFeaturizer: needs a tokenizer'],
    [['WhitespaceTokenizer', 'WhitespaceTokenizer'], 'WhitespaceTokenizer: is a second tokenizer; a pipeline has one'],
  ])('is refused for %j', (names, message) => {
    expect(() => checkOrder(pipelineOf(...names))).toThrow(message);
  });
});

it('The accurate pipeline is the default one with an encoder before the classifier', () => {
  const names = accuratePipeline.map(({ name }) => name);
  expect(names[names.indexOf('DIETClassifier') - 1]).toBe('SentenceEncoderFeaturizer');
  expect(names.filter((name) => name !== 'SentenceEncoderFeaturizer')).toEqual(defaultPipeline.map(({ name }) => name));
});
