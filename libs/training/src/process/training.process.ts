import { entityErrors, intentErrors, rasaEntityReport, rasaIntentReport } from '#nlu-engine';
import { runNluTest } from '../test-nlu/run-nlu-test.js';
import { runStoryTest } from '../test-stories/run-story-test.js';
import { rasaStoryReport } from '../test-stories/story-report.js';
import { trainAssistant, type TrainingListener } from '../train/train-assistant.js';
import { type FromTraining, type NluReports, type ProjectTask, type ProjectTasks } from './training.messages.js';

/** The process that `inOwnProcess` starts: runs the task in its arguments and reports to the parent. */
const tell = (message: FromTraining): unknown => process.send?.(message);

// Nobody waits for the result any more.
const leave = (): never => process.exit(1);
process.on('disconnect', leave);

type Work = {
  [Task in ProjectTask]: (
    input: ProjectTasks[Task]['input'],
    listener: TrainingListener,
  ) => Promise<ProjectTasks[Task]['result']>;
};

const work: Work = {
  async train({ directory, options }, listener) {
    await trainAssistant(directory, options, listener);
    return undefined;
  },
  async testNlu(options, listener): Promise<NluReports> {
    const { results } = await runNluTest(options, listener);
    const { report, predictions } = results[0];
    const { intent, entity } = report;
    return {
      intent: intent ? { report: { ...rasaIntentReport(intent) }, errors: intentErrors(predictions) } : null,
      entity: entity ? { report: { ...rasaEntityReport(entity.exact) }, errors: entityErrors(predictions) } : null,
    };
  },
  async testStories(options, listener) {
    const { report } = await runStoryTest(options, listener);
    return report ? { ...rasaStoryReport(report) } : {};
  },
};

const [task, input = '{}'] = process.argv.slice(2) as [ProjectTask, string];
try {
  const listener: TrainingListener = {
    say: (line) => tell({ kind: 'line', line }),
    progress: (report) => tell({ kind: 'progress', report }),
  };
  const result = await work[task](JSON.parse(input) as never, listener);
  tell({ kind: 'done', result });
} catch (error) {
  tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
}
process.off('disconnect', leave).disconnect?.();
