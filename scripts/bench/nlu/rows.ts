/** The rows of the benchmark in groups. Each group trains its models once and fills its rows. */
import { join } from 'node:path';
import { type NluData, readAssistant } from '#assistant';
import {
  crossValidate,
  evaluate,
  type EvaluationReport,
  type LabelledText,
  type Prediction,
  reportOutOfScope,
} from '#nlu-engine';
import { ascending, median, percentile } from '../median.js';
import { type Column, type TrainedColumn, using } from './column.js';
import { type DataSet, readSet, type SetName } from './data.js';
import { hostileTexts } from './hostile-texts.js';
import { remembering } from './pipelines.js';
import { rssOf } from './serving-memory.js';

/** The figures by row. A figure is null if it cannot be measured on the texts. */
export type RowFigures = Record<string, number | null>;

export interface Group {
  /** Undefined if the data is missing. */
  measure(column: Column): Promise<RowFigures>;
}

type TrainAndTest = Record<'train' | 'test', LabelledText[]>;

const UNSEEN_INTENTS = 12;
const HOSTILE_ROUNDS = 30;

/**
 * The groups by name.
 * @param data folder of the data sets
 * @param root folder of the project
 */
export async function groupsOf({
  data,
  root,
  seed,
}: {
  data: string;
  root: string;
  seed: number;
}): Promise<Record<string, Group>> {
  const { assistant } = await readAssistant(join(root, 'assistants/helpdesk'));
  const read = new Map<SetName, unknown>();
  const set = <Name extends SetName>(
    name: Name,
    measure: (column: Column, files: DataSet<Name>) => Promise<RowFigures>,
  ): Group => ({
    measure: async (column) => {
      if (!read.has(name)) read.set(name, readSet(data, name));
      const files = read.get(name) as DataSet<Name> | undefined;
      return files ? measure(column, files) : {};
    },
  });
  return {
    hwu64: set('hwu64/dialoglue', measureHwu),
    hwu64small: set('hwu64/dialoglue', measureHwuSmall),
    entities: set('hwu64/kfold_1', measureEntities),
    snips: set('snips', measureSnips),
    askubuntu: set('askubuntu', measureIntents('AskUbuntu, intents')),
    chatbot: set('chatbot', measureIntents('Chatbot, intents')),
    unseen: set('hwu64/dialoglue', (column, files) => measureUnseen(column, files, seed)),
    helpdesk: { measure: (column) => measureHelpdesk(column, assistant.nlu, seed) },
  };
}

async function measureHwu(
  column: Column,
  { train: examples, test, test_typo10: typos }: DataSet<'hwu64/dialoglue'>,
): Promise<RowFigures> {
  return using(column.train(examples), async (model) => {
    const report = evaluate(await model.predict(test));
    const times = ascending(await model.parseMs(test));
    return {
      'HWU64, intents': accuracyOf(report),
      'HWU64, intents, macro F1': report.intent?.macroF1 ?? null,
      'HWU64, intents, one typo in 10 letters': accuracyOf(evaluate(await model.predict(typos))),
      'HWU64, calibration error': report.confidence?.ece ?? null,
      'training HWU64, intents, s': model.seconds,
      'parse p50, ms': percentile(times, 0.5),
      'parse p99, ms': percentile(times, 0.99),
      ...(model.bytes && modelFigures(model.bytes(), test)),
    };
  });
}

function modelFigures(bytes: Buffer, test: readonly LabelledText[]): RowFigures {
  const texts = Array.from({ length: 2_000 }, (_, at) => test[at % test.length]!.text);
  return {
    'model, MB': bytes.length / 2 ** 20,
    'memory of a process with the model, MB': rssOf(bytes, texts) / 2 ** 20,
  };
}

async function measureHwuSmall(
  column: Column,
  { train_10: examples, test }: DataSet<'hwu64/dialoglue'>,
): Promise<RowFigures> {
  return using(column.train(examples), async (model) => {
    const report = evaluate(await model.predict(test));
    return {
      'HWU64, 10 examples an intent': accuracyOf(report),
      'HWU64, 10 examples an intent, calibration error': report.confidence?.ece ?? null,
    };
  });
}

async function measureEntities(column: Column, { train: examples, test }: TrainAndTest): Promise<RowFigures> {
  if (!column.learnsEntities) return {};
  return using(column.train(examples), async (model) => {
    const { entity } = evaluate(await model.predict(test));
    return {
      'HWU64 fold 1, entities, exact span F1': entity?.exact.f1 ?? null,
      'HWU64 fold 1, entities, overlapping span F1': entity?.overlap.f1 ?? null,
      'training HWU64, intents and entities, s': model.seconds,
      ...(await slowest(model, hostileTexts(examples))),
    };
  });
}

/** The time of the slowest hostile text: the median of its parses. */
async function slowest(model: TrainedColumn, texts: Record<string, string>): Promise<RowFigures> {
  const times: [name: string, ms: number][] = [];
  for (const [name, text] of Object.entries(texts)) {
    const ofText = await model.parseMs(Array.from({ length: HOSTILE_ROUNDS }, () => ({ text })));
    times.push([name, median(ofText)]);
  }
  times.sort(([, a], [, b]) => b - a);
  console.error(
    `  slowest texts: ${times
      .slice(0, 4)
      .map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`)
      .join(', ')}`,
  );
  return { 'parse of the worst of 100 KB texts, ms': times[0]?.[1] ?? null };
}

async function measureSnips(column: Column, { train: examples, test }: TrainAndTest): Promise<RowFigures> {
  return using(column.train(examples), async (model) => {
    const report = evaluate(await model.predict(test));
    return {
      'SNIPS, intents': accuracyOf(report),
      ...(column.learnsEntities && {
        'SNIPS, slots, exact span F1': report.entity?.exact.f1 ?? null,
        'training SNIPS, s': model.seconds,
      }),
    };
  });
}

function measureIntents(row: string) {
  return (column: Column, { train: examples, test }: TrainAndTest): Promise<RowFigures> =>
    using(column.train(examples), async (model) => ({ [row]: accuracyOf(evaluate(await model.predict(test))) }));
}

/** Some intents are held out of the training, so that their test texts are out of scope. */
async function measureUnseen(
  column: Column,
  { train: examples, test }: TrainAndTest,
  seed: number,
): Promise<RowFigures> {
  const intents = [...new Set(examples.map(({ intent }) => intent))].sort();
  const unseen = new Set(sample(intents, UNSEEN_INTENTS, seed));
  const known = examples.filter(({ intent }) => !unseen.has(intent));
  const labelled = test.map((example) => ({ ...example, intent: unseen.has(example.intent) ? null : example.intent }));
  return using(column.train(known), async (model) => {
    const predictions = await model.predict(labelled);
    const own = reportOutOfScope(predictions);
    const softmax = reportOutOfScope(predictions, maxSoftmaxDoubt);
    return {
      'unseen intents: recall at 5 % refused': own?.recallAt5 ?? null,
      'unseen intents: AUROC': own?.auroc ?? null,
      'unseen intents, by share of the ranking alone: recall at 5 % refused': softmax?.recallAt5 ?? null,
      'unseen intents, by share of the ranking alone: AUROC': softmax?.auroc ?? null,
      'unseen intents: recall as configured': own?.recall ?? null,
    };
  });
}

/** The confidences of the ranking are scaled shares of one sum. Dividing by the sum of the listed ones removes the scale. */
function maxSoftmaxDoubt({ understanding }: Prediction): number {
  const confidences = understanding.intent_ranking
    .filter(({ name }) => name !== 'nlu_fallback')
    .map((each) => each.confidence);
  const sum = confidences.reduce((total, confidence) => total + confidence, 0);
  return sum === 0 ? 1 : 1 - confidences[0]! / sum;
}

async function measureHelpdesk(column: Column, nlu: NluData, seed: number): Promise<RowFigures> {
  const seconds: number[] = [];
  for (let round = 0; round < 3; round++) seconds.push(await using(column.train(nlu), async (model) => model.seconds));
  const { report, spread } = await remembering(() =>
    crossValidate(nlu.examples, {
      folds: 5,
      runs: 10,
      seed,
      predict: (part, test) => using(column.train({ ...nlu, examples: part }), (model) => model.predict(test)),
    }),
  );
  return {
    'helpdesk assistant, 10 × 5-fold': accuracyOf(report),
    'helpdesk assistant, deviation of the folds': spread.accuracy?.sd ?? null,
    'helpdesk assistant, macro F1': report.intent?.macroF1 ?? null,
    'training helpdesk, s': median(seconds),
  };
}

/** A seeded choice of `count` items in linear congruential order. */
function sample<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  let state = (seed + 1) * 2_654_435_761;
  const keyed = items.map((item) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return { item, key: state };
  });
  return keyed
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ item }) => item);
}

const accuracyOf = ({ intent }: EvaluationReport): number | null => intent?.accuracy ?? null;
