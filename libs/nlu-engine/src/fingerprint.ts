import { createHash } from 'node:crypto';
import { type TrainingInput } from './training-input.js';
import { defaultPipeline } from './pipeline.js';
import { MODEL_FORMAT } from './model-file.js';

/**
 * SHA-256, in hexadecimal, of everything that a model depends on: language, pipeline, names of the domain's intents and
 * entities, training data, seed and the engine's model format. Places in files, metadata and the order of keys do not
 * count; the order of components and examples does.
 */
export function fingerprintNlu(
  { language, pipeline = [...defaultPipeline], domain, nlu }: TrainingInput,
  seed = 0,
): string {
  const input = {
    format: MODEL_FORMAT,
    seed,
    language,
    pipeline: pipeline.map(({ name, options }) => ({ name, options })),
    intents: Object.keys(domain.intents).sort(),
    entities: Object.keys(domain.entities).sort(),
    examples: nlu.examples.map(({ text, intent, entities }) => ({ text, intent, entities })),
    synonyms: nlu.synonyms.map(({ value, surface }) => ({ value, surface })),
    regexes: nlu.regexes.map(({ name, pattern }) => ({ name, pattern })),
    lookups: nlu.lookups.map(({ name, elements }) => ({ name, elements })),
  };
  return createHash('sha256').update(canonicalJson(input)).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
