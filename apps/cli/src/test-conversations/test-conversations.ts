import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { train } from '../train/train.js';
import { failureText } from './failure-view.js';
import { haveConversations } from './have-conversations.js';
import { junitReport } from './junit-report.js';
import { readConversations } from './read-conversations.js';
import { type ConversationRun } from './run-conversation.js';

export interface TestConversationsOptions {
  assistant: string;
  /** A file or folder of conversations; the assistant's folder by default. */
  files?: string;
  /** Number of conversations at a time. */
  parallel: number;
  /** File for the results as JUnit XML. */
  junit?: string;
}

/**
 * `helpdesk test conversations`: runs the conversations of the files with all services, including custom actions, and
 * compares the assistant's answers and actions with the expectations. The exit code is 1 when a conversation fails.
 * @throws Error, AssistantError naming the invalid file and line, or the program that could not be started
 */
export async function testConversations({ files, junit, ...options }: TestConversationsOptions): Promise<void> {
  const found = await readConversations(files ?? options.assistant);
  const model = await train(options.assistant);
  const onDone = ({ conversation, hasFailed }: ConversationRun): void =>
    console.log(`  ${hasFailed ? '✗' : '✓'} ${conversation.name}`);
  const { runs, seconds } = await haveConversations({ ...options, ...found, model, onDone });
  const failed = runs.filter(({ hasFailed }) => hasFailed);
  for (const run of failed) console.log(`\n✗ ${run.conversation.name}\n  ${failureText(run)}`);
  const turns = runs.reduce((sum, run) => sum + run.turns.length, 0);
  const right = `${runs.length - failed.length} of ${runs.length} conversations right`;
  console.log(`\n  ${right}, ${turns} turns in ${seconds.toFixed(1)} s`);
  if (junit) {
    await mkdir(dirname(junit), { recursive: true });
    await writeFile(junit, junitReport(runs));
    console.log(`  Results: ${relative(process.cwd(), junit) || junit}`);
  }
  if (failed.length > 0) process.exitCode = 1;
}
