import { type ComponentConfig } from '#assistant/model';
import { type ComponentType, type Role } from '../component/component.js';
import { countVectorsFeaturizer } from '../components/featurizers/count-vectors-featurizer.js';
import { dietClassifier } from '../components/classifiers/diet-classifier.js';
import { ducklingEntityExtractor } from '../components/extractors/duckling-entity-extractor.js';
import { entitySynonymMapper } from '../components/extractors/entity-synonym-mapper.js';
import { entityTagger } from '../components/extractors/entity-tagger.js';
import { fallbackClassifier } from '../components/classifiers/fallback-classifier.js';
import { keywordIntentClassifier } from '../components/classifiers/keyword-intent-classifier.js';
import { lexicalSyntacticFeaturizer } from '../components/featurizers/lexical-syntactic-featurizer.js';
import { linearIntentClassifier } from '../components/classifiers/linear-intent-classifier.js';
import { regexEntityExtractor } from '../components/extractors/regex-entity-extractor.js';
import { regexFeaturizer } from '../components/featurizers/regex-featurizer.js';
import { responseSelector } from '../components/classifiers/response-selector.js';
import { sentenceEncoderFeaturizer } from '../components/featurizers/sentence-encoder-featurizer.js';
import { whitespaceTokenizer } from '../components/tokenizers/whitespace-tokenizer.js';
import { wordVectorsFeaturizer } from '../components/featurizers/word-vectors-featurizer.js';
import { NluConfigError } from '../component/errors.js';

const TYPES: readonly ComponentType[] = [
  whitespaceTokenizer,
  regexFeaturizer,
  lexicalSyntacticFeaturizer,
  countVectorsFeaturizer,
  wordVectorsFeaturizer,
  sentenceEncoderFeaturizer,
  linearIntentClassifier,
  keywordIntentClassifier,
  entityTagger,
  dietClassifier,
  ducklingEntityExtractor,
  regexEntityExtractor,
  entitySynonymMapper,
  responseSelector,
  fallbackClassifier,
];

/** Names that `config.yml` may use in `pipeline`. */
export const knownComponents: readonly string[] = TYPES.flatMap((type) => type.names).sort();

/** Used when the configuration says nothing about the pipeline. */
export const defaultPipeline: readonly ComponentConfig[] = [
  { name: 'WhitespaceTokenizer', options: {} },
  { name: 'RegexFeaturizer', options: {} },
  { name: 'LexicalSyntacticFeaturizer', options: {} },
  { name: 'CountVectorsFeaturizer', options: {} },
  { name: 'CountVectorsFeaturizer', options: { analyzer: 'char_wb' } },
  { name: 'WordVectorsFeaturizer', options: {} },
  { name: 'DIETClassifier', options: {} },
  { name: 'EntitySynonymMapper', options: {} },
  { name: 'ResponseSelector', options: {} },
  { name: 'FallbackClassifier', options: { threshold: 'auto', ambiguity_threshold: 0.1 } },
];

/** The default one with a sentence encoder: more accurate, most of all with few examples, and ten times slower. */
export const accuratePipeline: readonly ComponentConfig[] = withEncoder({});

/** The default one with a sentence encoder that is asked only about messages that are not clear without it. */
export const cascadePipeline: readonly ComponentConfig[] = withEncoder({ in_doubt: true });

function withEncoder(options: Record<string, unknown>): ComponentConfig[] {
  return defaultPipeline.flatMap((component) =>
    component.name === 'DIETClassifier' ? [{ name: 'SentenceEncoderFeaturizer', options }, component] : [component],
  );
}

/** The type of a component by its name in `config.yml`; of a dotted path to a class, the last part counts. */
export function componentType(name: string): ComponentType {
  const type = TYPES.find(({ names }) => names.includes(name.slice(name.lastIndexOf('.') + 1)));
  if (type) return type;
  throw new NluConfigError(`is not a component of this engine. Known components: ${knownComponents.join(', ')}`, name);
}

/** @throws NluConfigError when a component misses one that must come before it. */
export function checkOrder(pipeline: readonly ComponentConfig[]): void {
  const before = new Set<Role>();
  for (const { name } of pipeline) {
    const { role, needs } = componentType(name);
    for (const need of needs)
      if (!before.has(need)) throw new NluConfigError(`needs a ${need} before it in the pipeline`, name);
    if (role === 'tokenizer' && before.has('tokenizer'))
      throw new NluConfigError('is a second tokenizer; a pipeline has one', name);
    before.add(role);
  }
}
