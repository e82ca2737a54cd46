import { type ComponentConfig } from '#assistant/model';

/**
 * Components of Rasa that this engine does not have, and what takes their place. Null: nothing does, because what they
 * add (pre-trained vectors) has no use here.
 */
const STAND_INS: Readonly<Record<string, ComponentConfig | null>> = {
  SpacyNLP: null,
  MitieNLP: null,
  HFTransformersNLP: null,
  SpacyEntityExtractor: null,
  SpacyTokenizer: { name: 'WhitespaceTokenizer', options: {} },
  MitieTokenizer: { name: 'WhitespaceTokenizer', options: {} },
  JiebaTokenizer: { name: 'WhitespaceTokenizer', options: {} },
  ConveRTTokenizer: { name: 'WhitespaceTokenizer', options: {} },
  LanguageModelTokenizer: { name: 'WhitespaceTokenizer', options: {} },
  SpacyFeaturizer: { name: 'CountVectorsFeaturizer', options: {} },
  MitieFeaturizer: { name: 'CountVectorsFeaturizer', options: {} },
  ConveRTFeaturizer: { name: 'CountVectorsFeaturizer', options: {} },
  LanguageModelFeaturizer: { name: 'CountVectorsFeaturizer', options: {} },
  MitieIntentClassifier: { name: 'LinearIntentClassifier', options: {} },
  MitieEntityExtractor: { name: 'EntityTagger', options: {} },
};

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/**
 * Makes a pipeline written for Rasa one of this engine: a component that has no meaning here is replaced or left out,
 * each with a notice that names it. A featurizer is replaced only where the pipeline counts no words anyway. Names that
 * nobody knows are left for `componentType` to refuse.
 */
export function adoptPipeline(pipeline: readonly ComponentConfig[], notice: (text: string) => void): ComponentConfig[] {
  const adopted: ComponentConfig[] = [];
  let countsWords = pipeline.some(({ name }) => lastPart(name) === 'CountVectorsFeaturizer');
  for (const component of pipeline) {
    const { name, place } = component;
    const key = lastPart(name);
    if (!Object.hasOwn(STAND_INS, key)) {
      adopted.push(component);
      continue;
    }
    const wanted = STAND_INS[key] ?? null;
    const isFeaturizer = wanted?.name === 'CountVectorsFeaturizer';
    const standIn = isFeaturizer && countsWords ? null : wanted;
    countsWords ||= isFeaturizer;
    if (standIn) adopted.push(standIn);
    const where = place ? ` (${place.file}:${place.line})` : '';
    const effect = standIn ? `${standIn.name} takes its place` : 'it is left out';
    notice(`${name}${where}: this component has no meaning here; ${effect}.`);
  }
  return adopted;
}
