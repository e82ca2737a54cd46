import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { readAssistant, type Assistant, type Finding } from '#assistant';
import { hasLearnedPolicies, refuseInvalid, trainPolicies } from '#dialogue-engine';
import {
  fingerprintNlu,
  NluModel,
  type Pretrained,
  type ProgressReport,
  trainNlu,
  type TrainingInput,
} from '#nlu-engine';
import { pretrained } from '#nlu-pretrained';
import { withTrainingThreads } from '#nlu-threads';
import { modelFile, policiesFile, replaceFile } from '../files/model-files.js';
import { VectorCache } from './vector-cache.js';
import { readStoredPolicies } from '../files/stored-policies.js';

export interface TrainOptions {
  /** Train even when nothing changed, and everything from scratch. */
  force: boolean;
  /** The same files and seed give the same model, byte by byte. */
  seed: number;
}

/** Who is told what the training does. */
export interface TrainingListener {
  /** Takes a line for the person at the terminal. */
  say: (line: string) => void;
  progress: (report: ProgressReport) => void;
}

/**
 * Reads the assistant and writes its model in this process, unless the one that is there was trained from the same.
 * What of that one is still right is not trained again. Policies that learn are trained and stored beside it.
 * @throws AssistantError, NluConfigError, InvalidAssistant with file and line of what is wrong; examples that were fine
 * are trained all the same.
 */
export async function trainAssistant(
  directory: string,
  { force, seed }: TrainOptions,
  { say, progress }: TrainingListener,
): Promise<void> {
  const { assistant, findings } = await readAssistant(directory);
  for (const finding of findings) say(warning(finding));
  await trainNluOf(assistant, modelFile(directory), { force, seed }, { say, progress });
  refuseInvalid(assistant);
  await trainPoliciesOf(assistant, policiesFile(directory), force, say);
}

async function trainNluOf(
  assistant: Assistant,
  file: string,
  { force, seed }: TrainOptions,
  { say, progress }: TrainingListener,
): Promise<void> {
  const shown = relative(process.cwd(), file) || file;
  const input = inputOf(assistant);
  const vectors = new VectorCache(dirname(file));
  const known = vectors.around(pretrained);
  const previous = force ? undefined : await readModel(file, known);
  if (previous?.fingerprint === fingerprintNlu(input, seed)) return say(`› The model is up to date (${shown}).`);
  const begun = performance.now();
  const examples = assistant.nlu.examples.length;
  const intents = new Set(assistant.nlu.examples.map(({ intent }) => intent)).size;
  say(`› Training on ${examples} examples of ${intents} intents…`);
  const model = await withTrainingThreads((jobs) =>
    trainNlu(input, { seed, pretrained: known, previous, jobs, onProgress: progress }),
  );
  for (const notice of model.notices) say(`  note: ${notice}`);
  await replaceFile(file, model.toBytes());
  await vectors.save();
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  say(`› Trained in ${seconds} s: ${shown} (${model.fingerprint.slice(0, 12)})`);
}

/** An assistant without policies that learn gets no file. */
async function trainPoliciesOf(
  assistant: Assistant,
  file: string,
  force: boolean,
  say: TrainingListener['say'],
): Promise<void> {
  if (!hasLearnedPolicies(assistant)) return;
  const previous = force ? undefined : await readStoredPolicies(assistant);
  if (previous) return say('› The policies are up to date.');
  const begun = performance.now();
  const trained = trainPolicies(assistant);
  await replaceFile(file, Buffer.from(JSON.stringify(trained)));
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  say(`› Trained the policies in ${seconds} s: ${relative(process.cwd(), file) || file}`);
}

const inputOf = ({ language, config, domain, nlu }: Assistant): TrainingInput => ({
  language,
  pipeline: config.pipeline,
  languages: config.languages,
  domain,
  nlu,
});

async function readModel(file: string, known: Pretrained): Promise<NluModel | undefined> {
  try {
    return await NluModel.load(await readFile(file), known);
  } catch {
    // Missing, damaged or of another version: all are cured by training.
    return undefined;
  }
}

function warning({ message, place }: Finding): string {
  return `  warning: ${place ? `${place.file}:${place.line} ` : ''}${message}`;
}
