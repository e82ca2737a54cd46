import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import {
  hasFailed,
  rasaStoryReport,
  runStoryTest,
  type StoryReport,
  type StoryRun,
  type StoryTestOptions,
  type TestStories,
} from '#training';
import { terminal } from '../train/train.js';
import { writeJson } from '../test-nlu/write-results.js';
import { confusionPicture } from './confusion-picture.js';
import { summaryOf } from './test-core-view.js';
import { writeStories } from './written-stories.js';

export interface TestCoreOptions extends StoryTestOptions {
  /** Folder for the results; undefined writes none. */
  out?: string;
  /** Whether to write the stories that passed. */
  successes: boolean;
  /** Whether to write the stories that failed. */
  errors: boolean;
  /** Whether to draw the confusion matrix. */
  plot: boolean;
  failOnPredictionErrors: boolean;
}

/**
 * `helpdesk test core` and `test e2e`: compares the predicted actions with the test stories, prints the differences and
 * writes Rasa's result files. Runs no custom actions.
 * @throws Error, AssistantError, InvalidAssistant naming the invalid file
 */
export async function testCore(options: TestCoreOptions): Promise<void> {
  const { tests, runs, report, leavesTextsUntested } = await runStoryTest(options, terminal());
  if (!report) return console.error('  note: There are no test stories (test_….yml).');
  console.log(summaryOf(runs, report));
  if (leavesTextsUntested)
    console.error('  note: The NLU was not tested on the texts of the stories. Use --e2e to test it too.');
  if (options.out) console.log(`\n  Results: ${await writeStoryResults(options.out, options, tests, runs, report)}`);
  if (options.failOnPredictionErrors && runs.some(hasFailed)) process.exitCode = 1;
}

/** Writes the result files about stories. Returns the folder's path relative to the current folder. */
async function writeStoryResults(
  folder: string,
  { successes, errors, plot }: TestCoreOptions,
  tests: TestStories,
  runs: readonly StoryRun[],
  report: StoryReport,
): Promise<string> {
  const { failed, successful } = await writeStories(tests, runs);
  await mkdir(folder, { recursive: true });
  await writeJson(join(folder, 'story_report.json'), rasaStoryReport(report));
  if (errors) await writeFile(join(folder, 'failed_test_stories.yml'), failed);
  if (successes) await writeFile(join(folder, 'successful_test_stories.yml'), successful);
  if (plot) await writeFile(join(folder, 'story_confusion_matrix.svg'), confusionPicture(report.matrix));
  return relative(process.cwd(), folder) || folder;
}
