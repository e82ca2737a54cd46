import { type Pretrained } from '#nlu-engine';
import { inspectAssistant } from './inspect-assistant.js';
import { showRemarks } from './remarks-view.js';
import { mergeRemarks } from './suggest-merges.js';

export interface ValidateDataOptions {
  assistant: string;
  failOnWarnings: boolean;
  notes: boolean;
  /** Whether to look for intents that are hard to distinguish, which takes several trainings. */
  suggestMerges: boolean;
  /** Number of states that are compared to find contradictory stories; all by default. */
  maxHistory?: number;
  /** The pretrained resources for pipelines. */
  pretrained: Pretrained;
}

/**
 * `helpdesk data validate`: prints the problems of an assistant by file and line. The exit code is 1 when there is an
 * error, with `failOnWarnings` also when there is a warning.
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
