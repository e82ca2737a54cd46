/**
 * What is compared: pipelines of this engine, and nlp.js. Each trains on labelled texts and returns
 * `{ seconds, predict(texts), parseMs(texts), bytes?, close() }`; predictions are those of the evaluation.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as engine from '#nlu-engine';
import { pretrained as comesWithProduct } from '#nlu-pretrained';
import { withTrainingThreads } from '#nlu-threads';

const { domainOf, nluDataOf, trainNlu } = engine;

/** Pipelines by the name of their column. One that this build does not have is left out. */
export const pipelines = Object.fromEntries(
  Object.entries({ light: engine.defaultPipeline, accurate: engine.accuratePipeline }).filter(([, config]) => config),
);

/** How each column is trained; `learnsEntities` says whether it learns them from annotated examples. */
export const trainers = {
  ...Object.fromEntries(
    Object.entries(pipelines).map(([name, pipeline]) => [
      name,
      Object.assign((train) => trainPipeline(pipeline, train), { learnsEntities: true }),
    ]),
  ),
  nlpjs: trainNlpJs,
};

/** What the sentence encoder made of texts, while that is remembered. */
let encoded;

/** Encodes each text once as long as the work lasts: folds share their texts. Times of the work mean nothing. */
export async function remembering(work) {
  encoded = new Map();
  try {
    return await work();
  } finally {
    encoded = undefined;
  }
}

const pretrained = {
  ...comesWithProduct,
  sentenceEncoder: async (language) => {
    const encoder = await comesWithProduct.sentenceEncoder(language);
    const encode = (text) => {
      if (!encoded) return encoder.encode(text);
      if (!encoded.has(text)) encoded.set(text, encoder.encode(text));
      return encoded.get(text);
    };
    return encoder && { ...encoder, encode };
  },
};

/** @param train labelled texts, or NluData with what else an assistant has. */
export async function trainPipeline(pipeline, train, seed = 0) {
  const nlu = Array.isArray(train) ? nluDataOf(train) : train;
  const begun = performance.now();
  const input = { language: 'en', pipeline, nlu, domain: domainOf(nlu) };
  const model = await withTrainingThreads((jobs) => trainNlu(input, { seed, pretrained, jobs }));
  const seconds = (performance.now() - begun) / 1_000;
  return {
    seconds,
    bytes: () => model.toBytes(),
    predict: async (examples) => {
      const predictions = [];
      for (const example of examples) predictions.push({ example, understanding: await model.parse(example.text) });
      return predictions;
    },
    parseMs: async (examples) => {
      for (const { text } of examples.slice(0, 300)) await model.parse(text);
      const times = [];
      for (const { text } of examples) {
        const started = performance.now();
        await model.parse(text);
        times.push(performance.now() - started);
      }
      return times;
    },
    close: async () => {},
  };
}

/** nlp.js writes to standard output, so it lives in a process of its own. It learns no entities from annotations. */
async function trainNlpJs(train) {
  const child = fork(fileURLToPath(new URL('./nlpjs-process.js', import.meta.url)), {
    stdio: ['ignore', 'ignore', 2, 'ipc'],
  });
  const ask = async (message) => {
    child.send(message);
    const [answer] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`nlp.js ended with ${code}`))),
    ]);
    return answer;
  };
  const examples = (Array.isArray(train) ? train : train.examples).filter(({ intent }) => intent);
  const { seconds } = await ask({ train: examples.map(({ text, intent }) => ({ text, intent })) });
  const parse = (texts) => ask({ parse: texts.map(({ text }) => text) });
  return {
    seconds,
    predict: async (tests) => {
      const { understandings } = await parse(tests);
      return tests.map((example, at) => ({ example, understanding: understandings[at] }));
    },
    parseMs: async (tests) => {
      await parse(tests.slice(0, 300));
      return (await parse(tests)).times;
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
