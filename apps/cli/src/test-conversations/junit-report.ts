import junit from 'junit-report-builder';
import { failureText } from './failure-view.js';
import { type ConversationRun } from './run-conversation.js';

// The package's types describe an ES module, but its export is the builder itself.
const reports = junit as unknown as typeof junit.default;

/** Writes the runs as JUnit XML for build servers, with a suite for each file. */
export function junitReport(runs: readonly ConversationRun[]): string {
  const builder = reports.newBuilder();
  for (const file of new Set(runs.map(({ conversation }) => conversation.file))) {
    const suite = builder.testSuite().name(file);
    for (const run of runs.filter(({ conversation }) => conversation.file === file)) {
      const testCase = suite
        .testCase()
        .name(run.conversation.name)
        .className(file)
        .time(Number(run.seconds.toFixed(3)));
      if (run.hasFailed) testCase.failure(failureText(run));
    }
  }
  return builder.build();
}
