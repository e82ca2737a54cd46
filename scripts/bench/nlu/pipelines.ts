/** The compared pipelines of this engine. */
import { type ComponentConfig, type NluData } from '#assistant';
import {
  accuratePipeline,
  cascadePipeline,
  defaultPipeline,
  domainOf,
  type LabelledText,
  nluDataOf,
  type Prediction,
  type Pretrained,
  type SentenceEncoder,
  trainNlu,
} from '#nlu-engine';
import { pretrained as comesWithProduct } from '#nlu-pretrained';
import { withTrainingThreads } from '#nlu-threads';
import { type Texts, type TrainedColumn } from './column.js';

/** The pipelines by the name of their column. */
export const pipelines = { light: defaultPipeline, cascade: cascadePipeline, accurate: accuratePipeline };

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
  sentenceEncoder: async (name) => {
    const encoder = await comesWithProduct.sentenceEncoder(name);
    if (!encoder) return undefined;
    const { id, dimension } = encoder;
    return { id, dimension, encode: (texts) => encode(encoder, texts) };
  },
};

async function encode(encoder: SentenceEncoder, texts: readonly string[]): Promise<Float32Array[]> {
  if (!encoded) return encoder.encode(texts);
  const known = encoded;
  const keyOf = (text: string): string => `${encoder.id} ${text}`;
  const unknown = [...new Set(texts.filter((text) => !known.has(keyOf(text))))];
  const vectors = unknown.length > 0 ? await encoder.encode(unknown) : [];
  unknown.forEach((text, at) => known.set(keyOf(text), vectors[at]!));
  return texts.map((text) => known.get(keyOf(text))!);
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
    predict: async (examples: readonly LabelledText[]) => {
      const predictions: Prediction[] = [];
      for (const example of examples) predictions.push({ example, understanding: await model.parse(example.text) });
      return predictions;
    },
    parseMs: async (examples) => {
      for (const { text } of examples.slice(0, 300)) await model.parse(text);
      const times: number[] = [];
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
