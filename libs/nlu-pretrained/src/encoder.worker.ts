import { workerData } from 'node:worker_threads';
import { takeTasks } from '#worker-pool';
import { type EncoderFiles } from './encoder-files.js';
import { OnnxEncoder } from './onnx-encoder.js';

/** The thread of a `ThreadedEncoder`: loads the encoder, then answers each task with the vectors of its texts. */
const { folder, files } = workerData as { folder: string; files: EncoderFiles };
const encoder = await OnnxEncoder.load(folder, files);
takeTasks<readonly string[], Float32Array[]>(async (texts) => {
  const vectors: Float32Array[] = [];
  for (const text of texts) vectors.push(await encoder.encode(text));
  return vectors;
});
