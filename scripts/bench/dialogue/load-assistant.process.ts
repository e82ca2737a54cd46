/**
 * A process that loads an assistant in the same way as a service. Arguments: the folder of the assistant, and the file of
 * its trained policies. Prints the seconds for reading and for learning, and the growth of the process in megabytes.
 */
import { readFileSync } from 'node:fs';
import { readAssistant } from '#assistant';
import { DialogueEngine, type TrainedPolicies } from '#dialogue-engine';

const [, , folder = '', trainedFile = ''] = process.argv;
const before = process.memoryUsage().rss;
const start = performance.now();
const { assistant } = await readAssistant(folder);
const read = performance.now();
const trained = JSON.parse(readFileSync(trainedFile, 'utf8')) as TrainedPolicies;
const engine = new DialogueEngine(assistant, { trained });
const ready = performance.now();
const { user, system } = process.cpuUsage();
engine.hasAction('action_listen');
process.stdout.write(
  JSON.stringify({
    reading: (read - start) / 1_000,
    learning: (ready - read) / 1_000,
    loading: (ready - start) / 1_000,
    processor: (user + system) / 1e6,
    megabytes: (process.memoryUsage().rss - before) / 2 ** 20,
  }),
);
