import { type AccuracyComparison, compareAccuracy, entityErrors, intentErrors } from '#nlu-engine';
import { type NluResult, type NluTestOptions, runNluTest, type Subject } from '#training';
import { figuresOf, withPaths } from './figures.js';
import { comparisonOf, tableOf } from './test-nlu-view.js';
import { terminal } from '../train/train.js';
import { writeJson, writeResults } from './write-results.js';

export interface TestNluOptions extends NluTestOptions {
  /** Folder for the reports; undefined writes none. */
  out?: string;
  json?: string;
  failOnPredictionErrors: boolean;
}

/**
 * `helpdesk test nlu`: evaluates the NLU on labelled texts. Prints a table, and writes Rasa's reports, one HTML page,
 * and the figures as JSON.
 * @throws Error, AssistantError, NluConfigError describing the problem of an option or a file
 */
export async function testNlu(options: TestNluOptions): Promise<void> {
  const { subject, results } = await runNluTest(options, terminal());
  const [first, second] = results;
  const comparison = second && compareAccuracy(first.items, second.items, { seed: options.seed });
  for (const [at, { report, costs, spread }] of [first, ...(second ? [second] : [])].entries())
    console.log(`\n${subject.configs[at]!.name}\n${tableOf(report, costs, spread?.accuracy)}`);
  const [firstName = '', secondName = ''] = subject.configs.map(({ name }) => name);
  if (comparison) console.log(`\n${comparisonOf(firstName, secondName, comparison)}`);
  await writeAll(options, subject, first, comparison && { name: secondName, ...comparison });
  const errors =
    intentErrors(first.predictions).length + (first.report.entity ? entityErrors(first.predictions).length : 0);
  if (options.failOnPredictionErrors && errors > 0) process.exitCode = 1;
}

async function writeAll(
  { out, json, crossValidation, folds, runs }: TestNluOptions,
  { dataName, configs }: Subject,
  { predictions, report, costs, spread }: NluResult,
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
  const title = `NLU report for ${dataName}`;
  const written = await writeResults(out, { title, facts, report, predictions, spread: spread?.accuracy, comparison });
  console.log(`\n  Report: ${written}`);
}
