import {
  type AccuracyComparison,
  compareAccuracy,
  crossValidate,
  type CrossValidation,
  entityErrors,
  evaluate,
  type EvaluationReport,
  intentErrors,
  type LabelledText,
  type Prediction,
} from '#nlu-engine';
import { figuresOf, withPaths } from './figures.js';
import { Costs, type CostSummary } from './measure.js';
import { comparisonOf, percent, tableOf } from './test-nlu-view.js';
import { type NamedConfig, ownModel, readSubject, type Subject, type SubjectOptions } from './test-subject.js';
import { writeJson, writeResults } from './write-results.js';

export interface TestNluOptions extends SubjectOptions {
  folds: number;
  runs: number;
  seed: number;
  /** Folder for the reports; undefined writes none. */
  out?: string;
  json?: string;
  failOnPredictionErrors: boolean;
}

/** One configuration's results. `items` has each text once, for comparisons. */
interface Result {
  predictions: Prediction[];
  items: Prediction[];
  report: EvaluationReport;
  costs: CostSummary;
  spread?: CrossValidation['spread'];
}

/**
 * `helpdesk test nlu`: understands labelled texts and says how well. Prints a table; writes the reports that Rasa's
 * users know, one page of HTML, and the figures as JSON.
 *
 * @throws Error, AssistantError, NluConfigError that say what is wrong with an option or a file.
 */
export async function testNlu(options: TestNluOptions): Promise<void> {
  const subject = await readSubject(options);
  for (const note of notesOn(subject, options)) say(`  note: ${note}`);
  const results: Result[] = [];
  for (const config of subject.configs) {
    say(`› ${subject.configs.length > 1 ? `${config.name}: ` : ''}${whatIsDone(subject, options)}`);
    results.push(await resultOf(subject, config, options));
  }
  const [first, second] = results as [Result, Result?];
  const comparison = second && compareAccuracy(first.items, second.items, { seed: options.seed });
  for (const [at, { report, costs, spread }] of results.entries())
    console.log(`\n${subject.configs[at]!.name}\n${tableOf(report, costs, spread?.accuracy)}`);
  const [firstName = '', secondName = ''] = subject.configs.map(({ name }) => name);
  if (comparison) console.log(`\n${comparisonOf(firstName, secondName, comparison)}`);
  await writeAll(options, subject, first, comparison && { name: secondName, ...comparison });
  const errors =
    intentErrors(first.predictions).length + (first.report.entity ? entityErrors(first.predictions).length : 0);
  if (options.failOnPredictionErrors && errors > 0) process.exitCode = 1;
}

async function resultOf(subject: Subject, config: NamedConfig, options: TestNluOptions): Promise<Result> {
  const costs = new Costs();
  const { test, trainingOf } = subject;
  if (options.crossValidation) {
    const { runs, report, spread, duplicates } = await crossValidate(test, {
      ...options,
      predict: async (train, held, { seed }) =>
        costs.predict(await costs.train(trainingOf!(config, train), seed), held),
      onFold: ({ run, fold }, { intent }) =>
        say(
          `  ${options.runs > 1 ? `run ${run}, ` : ''}fold ${fold}: ${intent ? percent(intent.accuracy) : 'no intents'}`,
        ),
    });
    if (duplicates > 0) say(`  note: ${duplicates} examples that repeat another one were left out.`);
    return { predictions: runs.flat(), items: runs[0] ?? [], report, costs: costs.summary(), spread };
  }
  const model = trainingOf
    ? await costs.train(trainingOf(config), options.seed)
    : await ownModel(options.assistant).then(({ model, bytes }) => {
        costs.modelBytes.push(bytes);
        return model;
      });
  const predictions = costs.predict(model, test);
  return { predictions, items: predictions, report: evaluate(predictions), costs: costs.summary() };
}

async function writeAll(
  { out, json, crossValidation, folds, runs }: TestNluOptions,
  { dataName, configs }: Subject,
  { predictions, report, costs, spread }: Result,
  comparison: ({ name: string } & AccuracyComparison) | undefined,
): Promise<void> {
  if (json) await writeJson(json, { ...withPaths(figuresOf(report, costs)), ...(comparison && { comparison }) });
  if (!out) return;
  const how = crossValidation ? `${runs > 1 ? `${runs} × ` : ''}${folds}-fold cross-validation` : 'held-out texts';
  const facts = [
    ['data', dataName],
    ['pipeline', configs[0]!.name],
    ['tested by', how],
    ['training', costs.trainSeconds === null ? 'done before' : `${costs.trainSeconds.toFixed(1)} s`],
    ['parse', `${(costs.parseMs.p50 ?? 0).toFixed(2)} ms`],
  ] as const;
  const title = `How well ${dataName} is understood`;
  const written = await writeResults(out, { title, facts, report, predictions, spread: spread?.accuracy, comparison });
  console.log(`\n  Report: ${written}`);
}

function whatIsDone({ test, trainingOf }: Subject, { crossValidation, folds }: TestNluOptions): string {
  if (crossValidation) return `${folds}-fold cross-validation of ${test.length} examples…`;
  return trainingOf ? `training, then understanding ${test.length} texts…` : `understanding ${test.length} texts…`;
}

/** What a reader of the figures should know about the data. */
function notesOn({ test, trainingOf, configs }: Subject, { crossValidation, folds, nlu }: TestNluOptions): string[] {
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

const say = (line: string): void => console.error(line);
