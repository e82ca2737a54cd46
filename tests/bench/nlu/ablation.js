/**
 * What each part of a pipeline is worth: the pipeline without it, on cross-validation folds of training data only, so
 * that no test set has a say in what is chosen.
 */
import { compareAccuracy, crossValidate, NluConfigError, stratifiedFolds } from '#nlu-engine';
import { trainPipeline } from './engines.js';

const SUBSET = 2_000;

/** Options that can be tried by themselves: component, option, value. */
const OPTIONS = [['WhitespaceTokenizer', 'spelling_correction', false]];

/** `{ key, name, nlu }` of what the parts are tried on; sets that are not there are left out. */
export function ablationSets({ hwu, helpdesk, seed }) {
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

/** Prints a line for each variant as it is known: accuracy, difference to the whole pipeline, and its p value. */
export async function ablate(pipeline, sets, seed, say) {
  for (const { name, nlu } of sets) {
    say(
      `\n${name}\n\n| without | accuracy | difference | p | entities, F1 | training, s a fold |\n| --- | ---: | ---: | ---: | ---: | ---: |`,
    );
    const whole = await tryPipeline(pipeline, nlu, seed);
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

function variantsOf(pipeline) {
  const labels = pipeline.map(({ name, options }) => [name, options.analyzer].filter(Boolean).join(' '));
  const options = OPTIONS.filter(([component]) => pipeline.some(({ name }) => name === component));
  return [
    ...pipeline.map((_, at) => ({ name: labels[at], pipeline: pipeline.toSpliced(at, 1) })),
    ...options.map(([component, option, value]) => ({
      name: `${component}: ${option} ${value}`,
      pipeline: pipeline.map((each) =>
        each.name === component ? { ...each, options: { ...each.options, [option]: value } } : each,
      ),
    })),
  ];
}

/** Undefined when the pipeline cannot be without the part, or understands no intents then. */
async function tryPipeline(pipeline, nlu, seed) {
  const seconds = [];
  const predict = async (train, test) => {
    const model = await trainPipeline(pipeline, Array.isArray(nlu) ? train : { ...nlu, examples: train }, seed);
    seconds.push(model.seconds);
    return model.predict(test);
  };
  try {
    const { report, runs } = await crossValidate(Array.isArray(nlu) ? nlu : nlu.examples, { seed, predict });
    if (report.intent.accuracy === 0) return undefined;
    const mean = seconds.reduce((sum, each) => sum + each, 0) / seconds.length;
    return {
      accuracy: report.intent.accuracy,
      entityF1: report.entity ? percent(report.entity.exact.f1) : '–',
      predictions: runs[0],
      seconds: mean,
    };
  } catch (error) {
    if (error instanceof NluConfigError) return undefined;
    throw error;
  }
}

/** A part with every intent in the same proportion. */
function subset(examples, seed) {
  const folds = Math.max(2, Math.floor(examples.length / SUBSET));
  return stratifiedFolds(examples, { folds, seed })[0].test;
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
