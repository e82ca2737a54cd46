import { describe, expect, it } from '@jest/globals';
import { adoptPipeline } from './adopted-components.js';
import { component } from '../sample-assistant.fixture.js';

function adopted(...names: string[]) {
  const notices: string[] = [];
  const pipeline = adoptPipeline(
    names.map((name) => component(name)),
    (text) => notices.push(text),
  );
  return { names: pipeline.map(({ name }) => name), notices };
}

describe('adopting a pipeline of Rasa', () => {
  it('leaves components of this engine and unknown ones alone', () => {
    expect(adopted('WhitespaceTokenizer', 'Unheard', 'toString')).toEqual({
      names: ['WhitespaceTokenizer', 'Unheard', 'toString'],
      notices: [],
    });
  });

  it('replaces a foreign featurizer once, and not where words are counted anyway', () => {
    expect(adopted('SpacyTokenizer', 'SpacyFeaturizer', 'LanguageModelFeaturizer').names).toEqual([
      'WhitespaceTokenizer',
      'CountVectorsFeaturizer',
    ]);
    expect(adopted('SpacyFeaturizer', 'CountVectorsFeaturizer').names).toEqual(['CountVectorsFeaturizer']);
  });

  it('knows components by a dotted path and says where they are written', () => {
    const notices: string[] = [];
    const place = { file: 'config.yml', line: 9 };
    const name = 'rasa.nlu.extractors.spacy_entity_extractor.SpacyEntityExtractor';
    expect(adoptPipeline([{ ...component(name), place }], (text) => notices.push(text))).toEqual([]);
    expect(notices).toEqual([expect.stringMatching(/SpacyEntityExtractor \(config\.yml:9\): .*left out/)]);
  });
});
