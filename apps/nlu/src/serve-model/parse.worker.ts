import { workerData } from 'node:worker_threads';
import { NluModel } from '#nlu-engine';
import { pretrained } from '#nlu-pretrained';
import { takeTasks } from '#worker-pool';
import { type Parsed, parseText, type ToParse } from './parse-text.js';

/** A thread of a `ParsePool`. Loads the model, then answers each task with the results of its texts. */
const model = await NluModel.load(workerData as Uint8Array, pretrained);
takeTasks<readonly ToParse[], Parsed[]>((texts) => Promise.all(texts.map((each) => parseText(model, each))));
