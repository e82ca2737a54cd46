import { type ComponentConfig, type TrainingExample } from '#assistant/model';
import { adoptPipeline } from './pipeline/adopted-components.js';
import { type TrainingData } from './component/component.js';
import { fingerprintNlu } from './pipeline/fingerprint.js';
import { loadLanguageDetector } from './language/language-detector.js';
import { type TrainedPipeline } from './pipeline/trained-pipeline.js';
import { NluModel } from './nlu-model.js';
import { checkOrder, defaultPipeline } from './pipeline/pipeline.js';
import { nothingPretrained, type Pretrained } from './component/pretrained.js';
import { Progress, type ProgressReport } from './learning/progress.js';
import { trainPipeline } from './pipeline/train-pipeline.js';
import { type TrainingInput } from './pipeline/training-input.js';
import { jobsInThisThread, type TrainingJobs } from './learning/jobs/training-jobs.js';

/** How many examples the self-test of a model parses, about. */
const PROBES = 10;

export interface TrainingOptions {
  /** Default 0. The same input and seed give the same model, byte by byte. */
  seed?: number;
  /** Default: nothing. The same must be there when the model is loaded. */
  pretrained?: Pretrained;
  /** An earlier model; its components are used again where training would give the same ones. Changes no byte. */
  previous?: NluModel | undefined;
  onProgress?: (report: ProgressReport) => void;
  /** Where the long parts are done; default: in this thread. Changes no byte. */
  jobs?: TrainingJobs;
}

/** What one language is trained from. */
interface LanguagePlan {
  language: string;
  pipeline: ComponentConfig[];
  nlu: TrainingData;
}

/**
 * Trains a model: a pipeline for each language, each component on what the ones before it made of the examples. Lets the
 * event loop take a turn now and then.
 *
 * @throws NluConfigError for an unknown component, a bad option, a wrong order or a dangerous regular expression.
 */
export async function trainNlu(input: TrainingInput, options: TrainingOptions = {}): Promise<NluModel> {
  const { seed = 0, pretrained = nothingPretrained, previous, jobs = jobsInThisThread } = options;
  const notices: string[] = [];
  const plans = plansOf(input, (text) => notices.push(text));
  const progress = new Progress(
    plans.reduce((sum, { pipeline }) => sum + pipeline.length, 0),
    options.onProgress,
  );
  const reusable = previous?.pipelines.flatMap(({ components }) => components) ?? [];
  const pipelines: TrainedPipeline[] = [];
  for (const { language, pipeline, nlu } of plans) {
    const trained = await trainPipeline(pipeline, nlu, { pretrained, seed, progress, jobs, reusable });
    pipelines.push({ language, components: trained.components });
    notices.push(...trained.notices.map((text) => (plans.length > 1 ? `${language}: ${text}` : text)));
  }
  await progress.end();
  const examples = plans.flatMap(({ nlu }) => nlu.examples);
  const languages = plans.map(({ language }) => language);
  const detection = languages.length > 1 ? await loadLanguageDetector(languages) : undefined;
  for (const language of detection?.unknown ?? [])
    notices.push(`${language}: this language cannot be detected; the surest pipeline answers every message.`);
  const parts = {
    fingerprint: fingerprintNlu(input, seed),
    info: {
      language: input.language,
      languages,
      intents: sortedUnique(examples.map(({ intent }) => intent)),
      entities: sortedUnique(examples.flatMap(({ entities }) => entities.map(({ entity }) => entity))),
      examples: examples.length,
      pipeline: plans[0]!.pipeline.map(({ name }) => name),
    },
    notices,
    domain: { intents: Object.keys(input.domain.intents), entities: Object.keys(input.domain.entities) },
    pipelines: pipelines as [TrainedPipeline, ...TrainedPipeline[]],
    probes: [],
  };
  const untested = new NluModel(parts, detection?.detect);
  const probes = examples.filter((_, at) => at % Math.ceil(examples.length / PROBES) === 0).map(({ text }) => text);
  return new NluModel({ ...parts, probes: await untested.probe(probes) }, detection?.detect);
}

/** Checks the pipelines of all languages before any is trained. The default language comes first. */
function plansOf(input: TrainingInput, notice: (text: string) => void): LanguagePlan[] {
  const { language, pipeline, languages = {} } = input;
  const others = Object.entries(languages).filter(([name]) => name !== language);
  return [[language, { pipeline }] as const, ...others].map(([name, config]): LanguagePlan => {
    const adopted = adoptPipeline(config.pipeline ?? defaultPipeline, notice);
    checkOrder(adopted);
    return { language: name, pipeline: adopted, nlu: dataOf(input, name) };
  });
}

/**
 * Examples that do not say their language are of the default one. Synonyms, regular expressions and lookups that do not
 * are of every language: a ticket's number looks the same in each.
 */
function dataOf({ nlu, domain, language: byDefault }: TrainingInput, language: string): TrainingData {
  const isShared = (item: { language?: string }): boolean => (item.language ?? language) === language;
  return {
    examples: withoutDuplicates(nlu.examples.filter((example) => (example.language ?? byDefault) === language)),
    synonyms: nlu.synonyms.filter(isShared),
    regexes: nlu.regexes.filter(isShared),
    lookups: nlu.lookups.filter(isShared),
    language,
    responses: domain.responses,
  };
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

const sortedUnique = (names: readonly string[]): string[] => [...new Set(names)].sort();
