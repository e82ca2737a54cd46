/**
 * Measures the contribution of each part of a pipeline by training the pipeline without it. Uses only cross-validation
 * folds of training data, so that test sets do not influence the choice of parts.
 */
import { type ComponentConfig, type NluData } from '#assistant';
import {
  compareAccuracy,
  crossValidate,
  type LabelledText,
  NluConfigError,
  type Prediction,
  stratifiedFolds,
} from '#nlu-engine';
import { type Texts } from './column.js';
import { type DataSet } from './data.js';
import { trainPipeline } from './pipelines.js';

type Pipeline = readonly ComponentConfig[];

/** A data set for the ablation. */
export interface AblationSet {
  key: string;
  name: string;
  nlu: Texts;
}

interface Tried {
  accuracy: number;
  entityF1: string;
  predictions: Prediction[];
  /** The time for training one fold. */
  seconds: number;
}

const SUBSET = 2_000;

/** Options that are tested separately: component, option, value. */
const OPTIONS: readonly (readonly [component: string, option: string, value: unknown])[] = [
  ['WhitespaceTokenizer', 'spelling_correction', false],
];

/** Skips missing sets. */
export function ablationSets({
  hwu,
  helpdesk,
  seed,
}: {
  hwu: DataSet<'hwu64/dialoglue'> | undefined;
  helpdesk: NluData;
  seed: number;
}): AblationSet[] {
  return [
    ...(hwu
      ? [
          { key: 'train_10', name: 'HWU64, 10 an intent', nlu: hwu.train_10 },
          { key: 'train', name: `HWU64, ${SUBSET} of the training part`, nlu: subset(hwu.train, seed) },
        ]
      : []),
    { key: 'helpdesk', name: 'helpdesk', nlu: helpdesk },
  ];
}

/** Prints a line for each finished variant: accuracy, difference from the whole pipeline, and its p value. */
export async function ablate(
  pipeline: Pipeline,
  sets: readonly AblationSet[],
  seed: number,
  say: (line: string) => void,
): Promise<void> {
  for (const { name, nlu } of sets) {
    say(
      `\n${name}\n\n| without | accuracy | difference | p | entities, F1 | training, s a fold |\n| --- | ---: | ---: | ---: | ---: | ---: |`,
    );
    const whole = await tryPipeline(pipeline, nlu, seed);
    if (!whole) throw new Error(`The whole pipeline recognizes no intent in ${name}.`);
    say(`| nothing | ${percent(whole.accuracy)} | | | ${whole.entityF1} | ${whole.seconds.toFixed(1)} |`);
    for (const variant of variantsOf(pipeline)) {
      const tried = await tryPipeline(variant.pipeline, nlu, seed);
      if (!tried) continue;
      const { difference, p } = compareAccuracy(whole.predictions, tried.predictions);
      const signed = `${difference >= 0 ? '+' : ''}${percent(difference)}`;
      say(
        `| ${variant.name} | ${percent(tried.accuracy)} | ${signed} | ${p.toFixed(3)} | ${tried.entityF1} | ${tried.seconds.toFixed(1)} |`,
      );
    }
  }
}

function variantsOf(pipeline: Pipeline): { name: string; pipeline: Pipeline }[] {
  const labels = pipeline.map(({ name, options }) => [name, options['analyzer']].filter(Boolean).join(' '));
  const options = OPTIONS.filter(([component]) => pipeline.some(({ name }) => name === component));
  return [
    ...pipeline.map((_, at) => ({ name: labels[at]!, pipeline: pipeline.toSpliced(at, 1) })),
    ...options.map(([component, option, value]) => ({
      name: `${component}: ${option} ${String(value)}`,
      pipeline: pipeline.map((each) =>
        each.name === component ? { ...each, options: { ...each.options, [option]: value } } : each,
      ),
    })),
  ];
}

/** Undefined if the pipeline does not work without the part or recognizes no intents without it. */
async function tryPipeline(pipeline: Pipeline, texts: Texts, seed: number): Promise<Tried | undefined> {
  const seconds: number[] = [];
  const predict = async (train: Texts, test: readonly LabelledText[]) => {
    const model = await trainPipeline(pipeline, train, seed);
    seconds.push(model.seconds);
    return model.predict(test);
  };
  try {
    const { report, runs } =
      'examples' in texts
        ? await crossValidate(texts.examples, {
            seed,
            predict: (examples, test) => predict({ ...texts, examples }, test),
          })
        : await crossValidate(texts, { seed, predict });
    const [predictions] = runs;
    if (!report.intent?.accuracy || !predictions) return undefined;
    const mean = seconds.reduce((sum, each) => sum + each, 0) / seconds.length;
    return {
      accuracy: report.intent.accuracy,
      entityF1: report.entity ? percent(report.entity.exact.f1) : '–',
      predictions,
      seconds: mean,
    };
  } catch (error) {
    if (error instanceof NluConfigError) return undefined;
    throw error;
  }
}

/** A subset that contains every intent in the same proportion. */
function subset(examples: readonly LabelledText[], seed: number): LabelledText[] {
  const folds = Math.max(2, Math.floor(examples.length / SUBSET));
  return stratifiedFolds(examples, { folds, seed })[0]!.test;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
