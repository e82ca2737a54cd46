import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readAssistant } from '#assistant';
import { DialogueEngine, expandStories, Tracker } from '#dialogue-engine';
import { ownModel } from '../test-nlu/test-subject.js';
import { writeJson } from '../test-nlu/write-results.js';
import { confusionPicture } from './confusion-picture.js';
import { hasFailed, runStory, type StoryRun } from './run-story.js';
import { rasaStoryReport, reportStories, type StoryReport } from './story-report.js';
import { summaryOf } from './test-core-view.js';
import { readStories, type TestStories } from './test-stories.js';
import { writeStories } from './written-stories.js';

export interface TestCoreOptions {
  assistant: string;
  /** A file or folder of test stories; those of the assistant when absent. */
  stories?: string;
  /** Folder for the results; undefined writes none. */
  out?: string;
  /** Understand the texts of the stories too. */
  e2e: boolean;
  /** Also write the stories that came out as expected. */
  successes: boolean;
  /** Write no stories that failed. */
  errors: boolean;
  /** Draw the confusion matrix. */
  plot: boolean;
  failOnPredictionErrors: boolean;
}

/**
 * `helpdesk test core` and `test e2e`: compares what the assistant would do with what test stories expect, prints what
 * differs and writes the results that Rasa's users know. No custom action is run.
 *
 * @throws Error, AssistantError, InvalidAssistant that say which file is wrong.
 */
export async function testCore(options: TestCoreOptions): Promise<void> {
  const { assistant } = await readAssistant(options.assistant);
  const tests = await readStories(assistant, options.stories);
  if (tests.stories.length === 0) return console.error('  note: There are no test stories (test_….yml).');
  for (const { message, place } of tests.findings)
    console.error(`  warning: ${place ? `${place.file}:${place.line} ` : ''}${message}`);
  const engine = new DialogueEngine(assistant);
  const model = options.e2e ? (await ownModel(options.assistant)).model : undefined;
  const initialSlots = Tracker.start('tests', engine.domain).slots;
  const notices: string[] = [];
  const paths = expandStories(tests.stories, initialSlots, notices);
  for (const notice of notices) console.error(`  note: ${notice}`);
  const runs = paths.map((path) => runStory(path, engine, model && ((text) => model.parse(text))));
  const report = reportStories(runs);
  console.log(summaryOf(runs, report));
  if (!options.e2e && paths.some(({ steps }) => steps.some((step) => step.kind === 'user' && step.text)))
    console.error('  note: Whether the texts are understood was not tested; --e2e does that.');
  if (options.out) console.log(`\n  Results: ${await writeStoryResults(options.out, options, tests, runs, report)}`);
  if (options.failOnPredictionErrors && runs.some(hasFailed)) process.exitCode = 1;
}

/** Writes the files of `results/` that are about stories; returns the folder's path from here. */
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
