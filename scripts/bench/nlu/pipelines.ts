/** The compared pipelines of this engine. */
import { type ComponentConfig, type NluData } from '#assistant';
import {
  accuratePipeline,
  defaultPipeline,
  domainOf,
  type LabelledText,
  nluDataOf,
  type Pretrained,
  type SentenceEncoder,
  trainNlu,
} from '#nlu-engine';
import { pretrained as comesWithProduct } from '#nlu-pretrained';
import { withTrainingThreads } from '#nlu-threads';
import { type Texts, type TrainedColumn } from './column.js';

/** The pipelines by the name of their column. */
export const pipelines = { light: defaultPipeline, accurate: accuratePipeline };

/** The cached results of the sentence encoder. */
let encoded: Map<string, Float32Array> | undefined;

/** Encodes each text only once during the work, because folds share texts. The measured times are then meaningless. */
export async function remembering<Result>(work: () => Promise<Result>): Promise<Result> {
  encoded = new Map();
  try {
    return await work();
  } finally {
    encoded = undefined;
  }
}

const pretrained: Pretrained = {
  ...comesWithProduct,
  sentenceEncoder: async (language) => {
    const encoder = await comesWithProduct.sentenceEncoder(language);
    return encoder && { ...encoder, encode: (text) => encode(encoder, text) };
  },
};

function encode(encoder: SentenceEncoder, text: string): Float32Array {
  const known = encoded?.get(text);
  if (known) return known;
  const vector = encoder.encode(text);
  encoded?.set(text, vector);
  return vector;
}

export async function trainPipeline(
  pipeline: readonly ComponentConfig[],
  train: Texts,
  seed = 0,
): Promise<TrainedColumn & { bytes(): Buffer }> {
  const nlu: NluData = 'examples' in train ? train : nluDataOf(train);
  const begun = performance.now();
  const input = { language: 'en', pipeline: [...pipeline], nlu, domain: domainOf(nlu) };
  const model = await withTrainingThreads((jobs) => trainNlu(input, { seed, pretrained, jobs }));
  const seconds = (performance.now() - begun) / 1_000;
  return {
    seconds,
    bytes: () => model.toBytes(),
    predict: async (examples: readonly LabelledText[]) =>
      examples.map((example) => ({ example, understanding: model.parse(example.text) })),
    parseMs: async (examples) => {
      for (const { text } of examples.slice(0, 300)) model.parse(text);
      return examples.map(({ text }) => {
        const started = performance.now();
        model.parse(text);
        return performance.now() - started;
      });
    },
    close: async () => {},
  };
}
