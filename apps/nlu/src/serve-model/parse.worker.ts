import { parentPort, workerData } from 'node:worker_threads';
import { NluModel } from '#nlu-engine';
import { pretrained } from '#nlu-pretrained';
import { parseText, type ToParse } from './parse-text.js';

/** A thread of `ParsePool`: loads the model, says `ready`, then answers each task with what became of its texts. */
const model = await NluModel.load(workerData as Uint8Array, pretrained);
parentPort?.on('message', (task: readonly ToParse[]) => {
  parentPort?.postMessage(task.map((each) => parseText(model, each)));
});
parentPort?.postMessage('ready');
