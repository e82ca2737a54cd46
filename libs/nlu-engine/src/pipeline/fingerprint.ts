import { createHash } from 'node:crypto';
import { type ComponentConfig } from '#assistant/model';
import { MODEL_FORMAT } from './model-file.js';
import { defaultPipeline } from './pipeline.js';
import { type TrainingInput } from './training-input.js';

/**
 * SHA-256, in hexadecimal, of everything that a model depends on: languages, pipelines, names of the domain's intents and
 * entities, training data, seed and the engine's model format. Places in files, metadata and the order of keys do not
 * count; the order of components and examples does.
 */
export function fingerprintNlu({ language, languages = {}, pipeline, domain, nlu }: TrainingInput, seed = 0): string {
  const input = {
    format: MODEL_FORMAT,
    seed,
    language,
    pipeline: configured(pipeline),
    languages: Object.entries(languages).map(([name, other]) => [name, configured(other.pipeline)]),
    intents: Object.keys(domain.intents).sort(),
    entities: Object.keys(domain.entities).sort(),
    examples: nlu.examples.map(({ text, intent, responseKey, entities, language: own }) => ({
      text,
      intent,
      responseKey,
      entities,
      own,
    })),
    // Those of retrieval intents are in the model.
    responses: Object.entries(domain.responses).filter(([name]) => name.includes('/')),
    synonyms: nlu.synonyms.map(({ value, surface, language: own }) => ({ value, surface, own })),
    regexes: nlu.regexes.map(({ name, pattern, language: own }) => ({ name, pattern, own })),
    lookups: nlu.lookups.map(({ name, elements, language: own }) => ({ name, elements, own })),
  };
  return createHash('sha256').update(canonicalJson(input)).digest('hex');
}

const configured = (pipeline: readonly ComponentConfig[] = defaultPipeline) =>
  pipeline.map(({ name, options }) => ({ name, options }));

/** JSON in which the order of keys does not show. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
