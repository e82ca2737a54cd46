/**
 * The rows of the bench. Each group trains what it needs once and fills its rows; `measure(train)` gets the trainer of
 * a column and returns figures by row. `only` names groups.
 */
import { join } from 'node:path';
import { readAssistant } from '#assistant';
import { crossValidate, evaluate, reportOutOfScope } from '#nlu-engine';
import { median, percentile } from '../rest-load.js';
import { readSet } from './data.js';
import { remembering } from './engines.js';
import { hostileTexts } from './hostile-texts.js';
import { rssOf } from './memory.js';

const UNSEEN_INTENTS = 12;
const HOSTILE_ROUNDS = 30;

/** Groups of rows by name, those whose data is there. `options`: the folder of the data, and the seed. */
export async function groupsOf({ data, root, seed }) {
  const { assistant } = await readAssistant(join(root, 'assistants/helpdesk'));
  const read = new Map();
  const set = (name, measure) => ({
    measure: async (train) => {
      if (!read.has(name)) read.set(name, readSet(data, name));
      const files = read.get(name);
      return files ? measure(train, files) : {};
    },
  });
  return {
    hwu64: set('hwu64/dialoglue', measureHwu),
    hwu64small: set('hwu64/dialoglue', measureHwuSmall),
    entities: set('hwu64/kfold_1', measureEntities),
    snips: set('snips', measureSnips),
    askubuntu: set('askubuntu', measureIntents('AskUbuntu, intents')),
    chatbot: set('chatbot', measureIntents('Chatbot, intents')),
    unseen: set('hwu64/dialoglue', (train, files) => measureUnseen(train, files, seed)),
    helpdesk: { measure: (train) => measureHelpdesk(train, assistant.nlu, seed) },
  };
}

async function measureHwu(train, { train: examples, test, test_typo10: typos }) {
  return using(await train(examples), async (model) => {
    const report = evaluate(await model.predict(test));
    const times = (await model.parseMs(test)).sort((a, b) => a - b);
    return {
      'HWU64, intents': report.intent.accuracy,
      'HWU64, intents, macro F1': report.intent.macroF1,
      'HWU64, intents, one typo in 10 letters': evaluate(await model.predict(typos)).intent.accuracy,
      'HWU64, calibration error': report.confidence.ece,
      'training HWU64, intents, s': model.seconds,
      'parse p50, ms': percentile(times, 0.5),
      'parse p99, ms': percentile(times, 0.99),
      ...(model.bytes && (await modelFigures(model, test))),
    };
  });
}

async function modelFigures(model, test) {
  const bytes = model.bytes();
  const texts = Array.from({ length: 2_000 }, (_, at) => test[at % test.length].text);
  return {
    'model, MB': bytes.length / 2 ** 20,
    'memory of a process with the model, MB': (await rssOf(bytes, texts)) / 2 ** 20,
  };
}

async function measureHwuSmall(train, { train_10: examples, test }) {
  return using(await train(examples), async (model) => {
    const report = evaluate(await model.predict(test));
    return {
      'HWU64, 10 examples an intent': report.intent.accuracy,
      'HWU64, 10 examples an intent, calibration error': report.confidence.ece,
    };
  });
}

async function measureEntities(train, { train: examples, test }) {
  if (!train.learnsEntities) return {};
  return using(await train(examples), async (model) => {
    const { entity } = evaluate(await model.predict(test));
    return {
      'HWU64 fold 1, entities, exact span F1': entity.exact.f1,
      'HWU64 fold 1, entities, overlapping span F1': entity.overlap.f1,
      'training HWU64, intents and entities, s': model.seconds,
      ...(await slowest(model, hostileTexts(examples))),
    };
  });
}

/** Of texts that try to take long, the time of the one that takes longest: the median of its parses. */
async function slowest(model, texts) {
  const times = [];
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
  return { 'parse of the worst of 100 KB texts, ms': times[0][1] };
}

async function measureSnips(train, { train: examples, test }) {
  return using(await train(examples), async (model) => {
    const { intent, entity } = evaluate(await model.predict(test));
    return {
      'SNIPS, intents': intent.accuracy,
      ...(train.learnsEntities && {
        'SNIPS, slots, exact span F1': entity.exact.f1,
        'training SNIPS, s': model.seconds,
      }),
    };
  });
}

function measureIntents(row) {
  return async (train, { train: examples, test }) =>
    using(await train(examples), async (model) => ({ [row]: evaluate(await model.predict(test)).intent.accuracy }));
}

/** Some intents are held out of the training; their test texts are out of scope then. */
async function measureUnseen(train, { train: examples, test }, seed) {
  const intents = [...new Set(examples.map(({ intent }) => intent))].sort();
  const unseen = new Set(sample(intents, UNSEEN_INTENTS, seed));
  const known = examples.filter(({ intent }) => !unseen.has(intent));
  const labelled = test.map((example) => ({ ...example, intent: unseen.has(example.intent) ? null : example.intent }));
  return using(await train(known), async (model) => {
    const predictions = await model.predict(labelled);
    const own = reportOutOfScope(predictions);
    const softmax = reportOutOfScope(predictions, maxSoftmaxDoubt);
    return {
      'unseen intents: recall at 5 % refused': own.recallAt5,
      'unseen intents: AUROC': own.auroc,
      'unseen intents, by share of the ranking alone: recall at 5 % refused': softmax.recallAt5,
      'unseen intents, by share of the ranking alone: AUROC': softmax.auroc,
      'unseen intents: recall as configured': own.recall,
    };
  });
}

/** The ranking's confidences are shares of one sum, scaled; dividing by what is listed takes the scale out again. */
function maxSoftmaxDoubt({ understanding }) {
  const confidences = understanding.intent_ranking
    .filter(({ name }) => name !== 'nlu_fallback')
    .map((each) => each.confidence);
  const sum = confidences.reduce((total, confidence) => total + confidence, 0);
  return sum === 0 ? 1 : 1 - confidences[0] / sum;
}

async function measureHelpdesk(train, nlu, seed) {
  const seconds = [];
  for (let round = 0; round < 3; round++) seconds.push((await using(await train(nlu), async (model) => model)).seconds);
  const { report, spread } = await remembering(() =>
    crossValidate(nlu.examples, {
      folds: 5,
      runs: 10,
      seed,
      predict: async (part, test) => using(await train({ ...nlu, examples: part }), (model) => model.predict(test)),
    }),
  );
  return {
    'helpdesk assistant, 10 × 5-fold': report.intent.accuracy,
    'helpdesk assistant, deviation of the folds': spread.accuracy.sd,
    'helpdesk assistant, macro F1': report.intent.macroF1,
    'training helpdesk, s': median(seconds),
  };
}

async function using(model, use) {
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}

/** A seeded choice (linear congruential order) of `count` items. */
function sample(items, count, seed) {
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
