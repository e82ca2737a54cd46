import { type ComponentConfig } from '#assistant/model';
import {
  type Component,
  emptyMessage,
  type LabelledMessage,
  type Training,
  type TrainingData,
} from '../component/component.js';
import { type TrainedComponent } from './trained-pipeline.js';
import { Options } from '../component/options.js';
import { componentType } from './pipeline.js';
import { type Pretrained } from '../component/pretrained.js';
import { type Progress } from '../learning/progress.js';
import { type TrainingJobs } from '../learning/jobs/training-jobs.js';
import { TracedData } from './training-trace.js';

/** Rows between two turns of the event loop. */
const BATCH = 500;

interface Around {
  pretrained: Pretrained;
  seed: number;
  progress: Progress;
  jobs: TrainingJobs;
  /** Components of an earlier model. One that was trained from the same as now is taken instead of training. */
  reusable: readonly TrainedComponent[];
}

/**
 * Trains the components of one language: those that add to the messages in their order, those that only learn from them
 * side by side.
 */
export async function trainPipeline(
  pipeline: readonly ComponentConfig[],
  nlu: TrainingData,
  { pretrained, seed, progress, jobs, reusable }: Around,
): Promise<{ components: TrainedComponent[]; notices: string[] }> {
  const messages = nlu.examples.map((example): LabelledMessage => ({
    ...emptyMessage(example.text),
    label: example.intent,
    ...(example.responseKey !== undefined && { responseKey: example.responseKey }),
    annotations: example.entities,
  }));
  const data = new TracedData(messages, nlu, pretrained, seed);
  const train = async (config: ComponentConfig): Promise<TrainedComponent> => {
    const own = await progress.begin(config.name);
    const known = await findReusable(config, data, reusable);
    const trained = known ?? (await trainComponent(config, data, { seed, progress: own, jobs }));
    if (changesMessages(config)) {
      await processAll(trained.component, messages, (done) => own.report(config.name, done, messages.length));
      data.messagesChanged();
    }
    own.end();
    return trained;
  };
  const training: Promise<TrainedComponent>[] = [];
  for (const config of pipeline) {
    if (changesMessages(config)) await Promise.all(training);
    training.push(train(config));
    if (changesMessages(config)) await Promise.all(training);
  }
  const components = await Promise.all(training);
  return { components, notices: pipeline.flatMap((config, at) => noticesOf(config, components[at]!)) };
}

function changesMessages({ name }: ComponentConfig): boolean {
  const { role } = componentType(name);
  return role === 'tokenizer' || role === 'featurizer';
}

async function findReusable(
  config: ComponentConfig,
  data: TracedData,
  reusable: readonly TrainedComponent[],
): Promise<TrainedComponent | undefined> {
  for (const candidate of reusable) {
    const { name, trace } = candidate;
    if (name === config.name && trace.fingerprint === (await data.fingerprint(config, trace.read))) return candidate;
  }
  return undefined;
}

async function trainComponent(
  config: ComponentConfig,
  data: TracedData,
  context: Pick<Training, 'seed' | 'progress' | 'jobs'>,
): Promise<TrainedComponent> {
  const options = new Options(config);
  const notices: string[] = [];
  const seen = new Set<string>();
  const notice = (text: string): unknown => notices.push(text);
  const training: Training = { ...data.watched(seen), ...context, notice };
  const component = await componentType(config.name).train(training, options);
  const read = [...seen].sort();
  const fingerprint = await data.fingerprint(config, read);
  return { name: config.name, component, trace: { read, fingerprint, notices, unreadOptions: options.unread() } };
}

async function processAll(
  component: Component,
  messages: readonly LabelledMessage[],
  report: (done: number) => Promise<void>,
): Promise<void> {
  if (component.processAll) return component.processAll(messages, report);
  for (const [row, message] of messages.entries()) {
    await component.process(message);
    if (row % BATCH === BATCH - 1) await report(row + 1);
  }
}

function noticesOf({ name, place }: ComponentConfig, { trace }: TrainedComponent): string[] {
  const where = place ? ` (${place.file}:${place.line})` : '';
  return [
    ...trace.notices,
    ...trace.unreadOptions.map((option) => `${name}${where}: the option ${option} has no effect here.`),
  ];
}
