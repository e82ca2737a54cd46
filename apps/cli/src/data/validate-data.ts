import { type Pretrained } from '#nlu-engine';
import { inspectAssistant } from './inspect-assistant.js';
import { showRemarks } from './remarks-view.js';
import { mergeRemarks } from './suggest-merges.js';

export interface ValidateDataOptions {
  assistant: string;
  failOnWarnings: boolean;
  notes: boolean;
  /** Also look for intents that cannot be told apart, which takes some trainings. */
  suggestMerges: boolean;
  /** States that are compared to find stories that go on differently; all by default. */
  maxHistory?: number;
  /** What pipelines may build on. */
  pretrained: Pretrained;
}

/**
 * `helpdesk data validate`: prints what is wrong with an assistant, by file and line. The exit code is 1 when there is
 * an error, with `failOnWarnings` also when there is a warning.
 */
export async function validateData(options: ValidateDataOptions): Promise<void> {
  const { assistant, failOnWarnings, notes, pretrained } = options;
  const remarks = await inspectAssistant(assistant, options);
  const isSound = remarks.every(({ level }) => level !== 'error');
  if (options.suggestMerges && isSound) remarks.push(...(await mergeRemarks(assistant, pretrained)));
  const isColoured = process.stdout.isTTY && !process.env['NO_COLOR'];
  console.log(showRemarks(remarks, { notes, isColoured }));
  const isFailure = remarks.some(({ level }) => level === 'error' || (failOnWarnings && level === 'warning'));
  if (isFailure) process.exitCode = 1;
}
