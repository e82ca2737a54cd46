import { type ProgressReport } from '#nlu-engine';
import { type NluTestOptions } from '../test-nlu/run-nlu-test.js';
import { type StoryTestOptions } from '../test-stories/run-story-test.js';
import { type TrainOptions } from '../train/train-assistant.js';

/** What the process of its own is asked to do, with what it answers. */
export interface ProjectTasks {
  /** Writes the assistant's model and policies. */
  train: { input: { directory: string; options: TrainOptions }; result: undefined };
  /** Tests what the assistant understands; answers Rasa's reports. */
  testNlu: { input: NluTestOptions; result: NluReports };
  /** Tests what the assistant would do; answers Rasa's report. */
  testStories: { input: StoryTestOptions; result: Record<string, unknown> };
}

export type ProjectTask = keyof ProjectTasks;

/** Rasa's reports about intents and about entities; null where the texts say nothing of them. */
export interface NluReports {
  intent: { report: Record<string, unknown>; errors: unknown[] } | null;
  entity: { report: Record<string, unknown>; errors: unknown[] } | null;
}

/** What the process says. The last message is `done` or `failed`. */
export type FromTraining =
  | { kind: 'line'; line: string }
  | { kind: 'progress'; report: ProgressReport }
  | { kind: 'done'; result: unknown }
  | { kind: 'failed'; reason: string };
