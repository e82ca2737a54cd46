import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readAssistant, type Assistant, type Finding } from '#assistant';
import { fingerprintNlu, NluModel, trainNlu } from '#nlu-engine';

/** Where the model of an assistant lies. */
export const modelFile = (assistantDirectory: string): string => join(assistantDirectory, 'models', 'nlu.model');

/**
 * Reads the assistant and writes its model, unless the one that is there was trained from the same files. Says on
 * standard error what it does.
 * @returns the model's file.
 * @throws AssistantError, NluConfigError with file and line of what is wrong.
 */
export async function train(directory: string, force = false): Promise<string> {
  const { assistant, findings } = await readAssistant(directory);
  for (const finding of findings) say(warning(finding));
  const file = modelFile(directory);
  const shown = relative(process.cwd(), file) || file;
  const input = nluInput(assistant);
  if (!force && (await fingerprintOf(file)) === fingerprintNlu(input)) {
    say(`› The model is up to date (${shown}).`);
    return file;
  }
  const begun = performance.now();
  const examples = assistant.nlu.examples.length;
  const intents = new Set(assistant.nlu.examples.map(({ intent }) => intent)).size;
  say(`› Training on ${examples} examples of ${intents} intents…`);
  const model = await trainNlu(input, { onProgress: ({ stage, done, total }) => progress(stage, done, total) });
  progress();
  for (const notice of model.notices) say(`  note: ${notice}`);
  await replaceFile(file, model.toBytes());
  say(
    `› Trained in ${((performance.now() - begun) / 1_000).toFixed(1)} s: ${shown} (${model.fingerprint.slice(0, 12)})`,
  );
  return file;
}

const nluInput = ({ language, config, domain, nlu }: Assistant) => ({
  language,
  pipeline: config.pipeline,
  domain,
  nlu,
});

async function fingerprintOf(file: string): Promise<string | undefined> {
  try {
    return NluModel.fromBytes(await readFile(file)).fingerprint;
  } catch {
    // Missing, damaged or of another version: all are cured by training.
    return undefined;
  }
}

/** A reader sees the old file or the new one, never half of it. */
async function replaceFile(file: string, content: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.tmp`;
  await writeFile(fresh, content);
  await rename(fresh, file);
}

const say = (line: string): void => console.error(line);

function warning({ message, place }: Finding): string {
  return `  warning: ${place ? `${place.file}:${place.line} ` : ''}${message}`;
}

const BAR_WIDTH = 24;

/** One line that is drawn over; without a terminal nothing. Without arguments it is wiped. */
function progress(stage = '', done = 0, total = 0): void {
  if (!process.stderr.isTTY) return;
  const filled = total > 0 ? Math.round((done / total) * BAR_WIDTH) : 0;
  const bar = stage ? `  ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${stage}` : '';
  process.stderr.write(`\r\x1b[K${bar}`);
}
