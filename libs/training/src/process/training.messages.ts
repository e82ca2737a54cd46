import { type ProgressReport } from '#nlu-engine';
import { type NluTestOptions } from '../test-nlu/run-nlu-test.js';
import { type StoryTestOptions } from '../test-stories/run-story-test.js';
import { type TrainOptions } from '../train/train-assistant.js';

/** The tasks of the separate process, with their results. */
export interface ProjectTasks {
  /** Writes the assistant's model and policies. */
  train: { input: { directory: string; options: TrainOptions }; result: undefined };
  /** Tests intents and entities; returns Rasa's reports. */
  testNlu: { input: NluTestOptions; result: NluReports };
  /** Tests the predicted actions; returns Rasa's report. */
  testStories: { input: StoryTestOptions; result: Record<string, unknown> };
}

export type ProjectTask = keyof ProjectTasks;

/** Rasa's reports about intents and entities; null when the texts have no labels for them. */
export interface NluReports {
  intent: { report: Record<string, unknown>; errors: unknown[] } | null;
  entity: { report: Record<string, unknown>; errors: unknown[] } | null;
}

/** Messages from the process. The last one is `done` or `failed`. */
export type FromTraining =
  | { kind: 'line'; line: string }
  | { kind: 'progress'; report: ProgressReport }
  | { kind: 'done'; result: unknown }
  | { kind: 'failed'; reason: string };
