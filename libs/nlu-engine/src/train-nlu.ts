import { type ComponentConfig, type TrainingExample } from '#assistant';
import { adoptPipeline } from './adopted-components.js';
import { emptyMessage, type LabelledMessage, type Training } from './component.js';
import { fingerprintNlu } from './fingerprint.js';
import { NluModel } from './nlu-model.js';
import { Options } from './options.js';
import { checkOrder, componentType, defaultPipeline } from './pipeline.js';
import { Progress, type ProgressReport } from './progress.js';
import { type TrainingInput } from './training-input.js';

/** Rows between two turns of the event loop. */
const BATCH = 500;

export interface TrainingOptions {
  /** Default 0. The same input and seed give the same model, byte by byte. */
  seed?: number;
  onProgress?: (report: ProgressReport) => void;
}

/**
 * Trains a model. Components are trained in the order of the pipeline, each on what the ones before it made of the
 * examples. Lets the event loop take a turn now and then.
 *
 * @throws NluConfigError for an unknown component, a bad option, a wrong order or a dangerous regular expression.
 */
export async function trainNlu(input: TrainingInput, options: TrainingOptions = {}): Promise<NluModel> {
  const { seed = 0 } = options;
  const progress = new Progress(options.onProgress);
  const notices: string[] = [];
  const pipeline = adoptPipeline(input.pipeline ?? defaultPipeline, (text) => notices.push(text));
  checkOrder(pipeline);
  const messages = withoutDuplicates(input.nlu.examples).map((example): LabelledMessage => ({
    ...emptyMessage(example.text),
    label: example.intent,
    annotations: example.entities,
  }));
  const training: Training = {
    messages,
    nlu: input.nlu,
    seed,
    progress,
    notice: (text) => notices.push(text),
  };
  const components = [];
  for (const [at, config] of pipeline.entries()) {
    await progress.report(config.name, at, pipeline.length);
    const type = componentType(config.name);
    const componentOptions = new Options(config);
    const component = await type.train(training, componentOptions);
    notices.push(...noticesOf(config, componentOptions));
    if (type.role === 'tokenizer' || type.role === 'featurizer')
      for (const [row, message] of messages.entries()) {
        component.process(message);
        if (row % BATCH === BATCH - 1) await progress.report(config.name, at, pipeline.length);
      }
    components.push({ name: config.name, component });
  }
  await progress.report('done', pipeline.length, pipeline.length);
  return new NluModel({
    fingerprint: fingerprintNlu(input, seed),
    info: {
      language: input.language,
      intents: sortedUnique(messages.map(({ label }) => label)),
      entities: sortedUnique(messages.flatMap(({ annotations }) => annotations.map(({ entity }) => entity))),
      examples: messages.length,
      pipeline: pipeline.map(({ name }) => name),
    },
    notices,
    domain: { intents: Object.keys(input.domain.intents), entities: Object.keys(input.domain.entities) },
    components,
  });
}

/** An example counts once an intent, whatever its annotations; the first is kept. Blank ones teach nothing. */
function withoutDuplicates(examples: readonly TrainingExample[]): TrainingExample[] {
  const seen = new Set<string>();
  return examples.filter(({ intent, text }) => {
    const key = JSON.stringify([intent, text]);
    if (text.trim() === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function noticesOf({ name, place }: ComponentConfig, options: Options): string[] {
  const where = place ? ` (${place.file}:${place.line})` : '';
  return options.unread().map((option) => `${name}${where}: the option ${option} has no effect here.`);
}

const sortedUnique = (names: readonly string[]): string[] => [...new Set(names)].sort();
