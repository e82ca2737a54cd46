import {
  crossValidate,
  type CrossValidation,
  evaluate,
  type EvaluationReport,
  type LabelledText,
  type Prediction,
} from '#nlu-engine';
import { type TrainingListener } from '../train/train-assistant.js';
import { Costs, type CostSummary } from './costs.js';
import { ownModel } from './own-model.js';
import { type NamedConfig, readSubject, type Subject, type SubjectOptions } from './test-subject.js';

export interface NluTestOptions extends SubjectOptions {
  folds: number;
  runs: number;
  seed: number;
}

/** The results of one configuration. `items` contains each text once, for comparisons. */
export interface NluResult {
  predictions: Prediction[];
  items: Prediction[];
  report: EvaluationReport;
  costs: CostSummary;
  spread?: CrossValidation['spread'];
}

/** The test data, and the results of each configuration. */
export interface NluTest {
  subject: Subject;
  results: [NluResult, NluResult?];
}

/**
 * Tests the understanding of labelled texts, with one or two configurations.
 * @throws Error, AssistantError, NluConfigError that name the invalid option or file
 */
export async function runNluTest(options: NluTestOptions, listener: TrainingListener): Promise<NluTest> {
  const { say } = listener;
  const subject = await readSubject(options);
  for (const note of notesOn(subject, options)) say(`  note: ${note}`);
  const results: NluResult[] = [];
  for (const config of subject.configs) {
    say(`› ${subject.configs.length > 1 ? `${config.name}: ` : ''}${whatIsDone(subject, options)}`);
    results.push(await resultOf(subject, config, options, listener));
  }
  return { subject, results: results as NluTest['results'] };
}

async function resultOf(
  subject: Subject,
  config: NamedConfig,
  options: NluTestOptions,
  listener: TrainingListener,
): Promise<NluResult> {
  const costs = new Costs();
  const { test, trainingOf } = subject;
  if (options.crossValidation) {
    const { runs, report, spread, duplicates } = await crossValidate(test, {
      ...options,
      predict: async (train, held, { seed }) =>
        costs.predict(await costs.train(trainingOf!(config, train), seed), held),
      onFold: ({ run, fold }, { intent }) =>
        listener.say(
          `  ${options.runs > 1 ? `run ${run}, ` : ''}fold ${fold}: ${intent ? `${(intent.accuracy * 100).toFixed(1)} %` : 'no intents'}`,
        ),
    });
    if (duplicates > 0) listener.say(`  note: ${duplicates} examples that repeat another one were left out.`);
    return { predictions: runs.flat(), items: runs[0] ?? [], report, costs: costs.summary(), spread };
  }
  const model = trainingOf
    ? await costs.train(trainingOf(config), options.seed)
    : await ownModel(options.assistant, listener).then(({ model, bytes }) => {
        costs.modelBytes.push(bytes);
        return model;
      });
  const predictions = await costs.predict(model, test);
  return { predictions, items: predictions, report: evaluate(predictions), costs: costs.summary() };
}

function whatIsDone({ test, trainingOf }: Subject, { crossValidation, folds }: NluTestOptions): string {
  if (crossValidation) return `${folds}-fold cross-validation of ${test.length} examples…`;
  return trainingOf ? `training, then understanding ${test.length} texts…` : `understanding ${test.length} texts…`;
}

/** Notes about the data that help to interpret the figures. */
function notesOn({ test, trainingOf, configs }: Subject, { crossValidation, folds, nlu }: NluTestOptions): string[] {
  const intents = countsOf(test);
  if (crossValidation) {
    const small = [...intents].filter(([, count]) => count < folds).map(([name]) => name);
    return small.length > 0
      ? [
          `${small.join(', ')}: fewer than ${folds} examples, so they are tested in as many folds as they have examples.`,
        ]
      : [];
  }
  if (!nlu) return ['These are the examples it was trained on; --cross-validation or other --nlu data say more.'];
  if (!trainingOf) return [];
  const taught = countsOf(trainingOf(configs[0]!).nlu.examples);
  const unknown = [...intents.keys()].filter((name) => !taught.has(name));
  return unknown.length > 0 ? [`${unknown.join(', ')}: no training example, so these are always wrong.`] : [];
}

function countsOf(examples: readonly Pick<LabelledText, 'intent'>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { intent } of examples)
    if (intent !== null && intent !== 'oos' && intent !== '') counts.set(intent, (counts.get(intent) ?? 0) + 1);
  return counts;
}
