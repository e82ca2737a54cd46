import { readFile } from 'node:fs/promises';
import { NluModel } from '#nlu-engine';
import { pretrained } from '#nlu-pretrained';
import { modelFile } from '../files/model-files.js';
import { trainAssistant, type TrainingListener } from '../train/train-assistant.js';

/** The assistant's model, trained first if it is missing or out of date. */
export async function ownModel(
  assistant: string,
  listener: TrainingListener,
): Promise<{ model: NluModel; bytes: number }> {
  await trainAssistant(assistant, { force: false, seed: 0 }, listener);
  const bytes = await readFile(modelFile(assistant));
  return { model: await NluModel.load(bytes, pretrained), bytes: bytes.length };
}
