import { readAssistant } from '#assistant';
import { DialogueEngine, expandStories, Tracker } from '#dialogue-engine';
import { ownModel } from '../test-nlu/own-model.js';
import { type TrainingListener } from '../train/train-assistant.js';
import { runStory, type StoryRun } from './run-story.js';
import { reportStories, type StoryReport } from './story-report.js';
import { readStories, type TestStories } from './test-stories.js';

export interface StoryTestOptions {
  /** Folder of the assistant. */
  assistant: string;
  /** A file or folder of test stories; those of the assistant if absent. */
  stories?: string | undefined;
  /** Whether to test the understanding of the stories' texts too. */
  e2e: boolean;
}

export interface StoryTest {
  tests: TestStories;
  runs: StoryRun[];
  /** Undefined when there are no test stories. */
  report: StoryReport | undefined;
  /** Whether some messages have texts whose understanding was not tested. */
  leavesTextsUntested: boolean;
}

/**
 * Compares the predicted actions of the assistant with test stories. No custom action is run.
 * @throws Error, AssistantError, InvalidAssistant that name the invalid file
 */
export async function runStoryTest(options: StoryTestOptions, listener: TrainingListener): Promise<StoryTest> {
  const { say } = listener;
  const { assistant } = await readAssistant(options.assistant);
  const tests = await readStories(assistant, options.stories);
  if (tests.stories.length === 0) return { tests, runs: [], report: undefined, leavesTextsUntested: false };
  for (const { message, place } of tests.findings)
    say(`  warning: ${place ? `${place.file}:${place.line} ` : ''}${message}`);
  const engine = new DialogueEngine(assistant);
  const model = options.e2e ? (await ownModel(options.assistant, listener)).model : undefined;
  const initialSlots = Tracker.start('tests', engine.domain).slots;
  const notices: string[] = [];
  const paths = expandStories(tests.stories, initialSlots, notices);
  for (const notice of notices) say(`  note: ${notice}`);
  const runs: StoryRun[] = [];
  for (const path of paths) runs.push(await runStory(path, engine, model && ((text) => model.parse(text))));
  const hasTexts = paths.some(({ steps }) => steps.some((step) => step.kind === 'user' && step.text));
  return { tests, runs, report: reportStories(runs), leavesTextsUntested: !options.e2e && hasTexts };
}
