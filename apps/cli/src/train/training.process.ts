import { trainAssistant, type TrainOptions } from './train-assistant.js';
import { type FromTraining } from './train.js';

/** The process that `train` starts: trains the assistant named by its arguments and tells the parent what it does. */
const tell = (message: FromTraining): unknown => process.send?.(message);

// Nobody waits for the model any more.
const leave = (): never => process.exit(1);
process.on('disconnect', leave);

const [directory = '', options = '{}'] = process.argv.slice(2);
try {
  await trainAssistant(directory, JSON.parse(options) as TrainOptions, {
    say: (line) => tell({ kind: 'line', line }),
    progress: (report) => tell({ kind: 'progress', report }),
  });
} catch (error) {
  tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
}
process.off('disconnect', leave).disconnect?.();
