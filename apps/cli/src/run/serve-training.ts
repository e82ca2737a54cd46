import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createBus, type InProcessBroker, type MessageBus } from '#bus';
import { type DataOf, type ModelTest, type ModelTrain, type Refusal, type ReplyOf } from '#contracts';
import { modelFile, testNluOf, testStoriesOf, TrainingFailed, trainProject } from '#training';

/**
 * Trains and tests for the HTTP API, one request after the other, in separate processes, so that conversations continue
 * meanwhile. The caller closes the returned bus.
 */
export function serveTraining(broker: InProcessBroker, assistant: string): MessageBus {
  const bus = createBus({ service: 'trainer', broker });
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Reply>(work: (folder: string) => Promise<Reply>): Promise<Reply | Refusal> => {
    const done = last.then(() => inFolder(work));
    last = done.catch(() => undefined);
    return done;
  };
  bus.handle('model.train.v1', (asked) =>
    inTurn((folder) => train(folder, assistant, asked as Asked<typeof ModelTrain>)),
  );
  bus.handle('model.test.v1', (asked) => inTurn((folder) => test(folder, assistant, asked as Asked<typeof ModelTest>)));
  bus.open();
  return bus;
}

type Asked<C extends typeof ModelTrain | typeof ModelTest> = DataOf<C>;

/** Runs `work` with a temporary folder. Never rejects: turns errors into a refusal. */
async function inFolder<Reply>(work: (folder: string) => Promise<Reply>): Promise<Reply | Refusal> {
  const folder = await mkdtemp(join(tmpdir(), 'helpdesk-training-'));
  try {
    return await work(folder);
  } catch (error) {
    const isTold = error instanceof TrainingFailed;
    const message = isTold ? error.message : 'The training failed. The log contains the reason.';
    if (!isTold) console.error(error);
    return { kind: 'refused', cause: 'invalid', message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function train(
  folder: string,
  assistant: string,
  { yaml, isForced, isKept }: Asked<typeof ModelTrain>,
): Promise<ReplyOf<typeof ModelTrain>> {
  // One document contains both; each reader takes only its own keys.
  for (const name of ['config.yml', 'data.yml']) await writeFile(join(folder, name), yaml);
  const [file, current] = [modelFile(folder), modelFile(assistant)];
  await mkdir(dirname(file));
  // A copy of the current model, so that unchanged parts are not trained again.
  await copyFile(current, file).catch(() => undefined);
  await trainProject(folder, { force: isForced });
  const content = await readFile(file);
  const name = `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}.model`;
  if (isKept) await copyFile(file, join(dirname(current), name));
  return { kind: 'trained', file: name, content: content.toString('base64') };
}

async function test(
  folder: string,
  assistant: string,
  { subject, yaml, folds, isEndToEnd }: Asked<typeof ModelTest>,
): Promise<ReplyOf<typeof ModelTest>> {
  const file = join(folder, 'test_data.yml');
  await writeFile(file, yaml);
  if (subject === 'stories') {
    const report = await testStoriesOf({ assistant, stories: file, e2e: isEndToEnd ?? false });
    const { 'f1-score': f1, precision } = averageOf(report);
    const shown = { report, precision, f1, accuracy: report['accuracy'] ?? null };
    return { kind: 'tested', report: { ...shown, is_end_to_end_evaluation: isEndToEnd ?? false } };
  }
  const crossed = { crossValidation: folds !== undefined, folds: folds ?? 5 };
  const { intent, entity } = await testNluOf({ assistant, nlu: file, config: [], runs: 1, seed: 0, ...crossed });
  const evaluation = (of: typeof intent) => {
    if (!of) return null;
    const { report, errors } = of;
    const { 'f1-score': f1_score, precision } = averageOf(report);
    return { report, precision, f1_score, accuracy: report['accuracy'] ?? null, errors };
  };
  const report = {
    intent_evaluation: evaluation(intent),
    entity_evaluation: evaluation(entity),
    response_selection_evaluation: null,
  };
  return { kind: 'tested', report };
}

/** The averages over all labels, with Rasa's names. */
function averageOf(report: Record<string, unknown>): Record<string, number | null> {
  return { precision: null, 'f1-score': null, ...(report['weighted avg'] as Record<string, number> | undefined) };
}
