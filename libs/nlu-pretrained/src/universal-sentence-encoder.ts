import { fused, reshape, type Tensor, tensor2d, tidy } from '@energetic-ai/core';

/** A matrix, stored row by row. */
interface Matrix {
  rows: number;
  width: number;
  values: Float32Array;
}

/** A dense layer: a matrix product and an addition for each row. */
interface Dense {
  kernel: Tensor;
  bias: Tensor;
}

interface Norm {
  scale: Float32Array;
  bias: Float32Array;
}

interface Layer {
  attention: { norm: Norm; queriesKeysValues: Dense; output: Dense };
  /** Brings the rows to the width of the attention's output; undefined where they already have it. */
  adjust: Dense | undefined;
  feedForward: { norm: Norm; inner: Dense; output: Dense };
}

const WIDTH = 256;
const HEADS = 4;
const NORM_EPSILON = 1e-6;
const LEAST_SQUARES = 1e-12;

/** The weights of a TensorFlow graph, by the names of its nodes. */
export type Weights = Record<string, Tensor[]>;

/**
 * The network of the Universal Sentence Encoder lite (Cer et al., 2018): two layers of a Transformer (Vaswani et al., 2017)
 * over the pieces of a text, the mean of their output, and a layer with tanh, scaled to the length 1.
 *
 * It is implemented here instead of running the original graph: that graph has hundreds of small operations, and managing
 * each of them takes longer than its calculation. Here the large matrix products run in WebAssembly, and
 * the rest, a few thousand numbers, is calculated in place.
 */
export class UniversalSentenceEncoder {
  readonly dimension: number;
  private readonly embeddings: Float32Array;
  private readonly wavelengths: Float32Array;
  private readonly layers: Layer[];
  private readonly hidden: Dense;

  constructor(weights: Weights) {
    const named = new NamedWeights(weights);
    this.embeddings = named.numbers('module/Embeddings_en');
    this.wavelengths = named.numbers(`${GRAPH}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`);
    this.layers = [0, 1].map((number) => layerOf(named, number));
    const hidden = `${MODULE}/hidden_layers/tanh_layer_0`;
    this.hidden = { kernel: named.tensor(`${hidden}/weights`), bias: named.tensor(`${hidden}/bias`) };
    this.dimension = this.hidden.bias.size;
  }

  /** @param pieces at least one. @returns a vector of length 1. */
  encode(pieces: readonly number[]): Float32Array {
    return tidy(() => {
      let rows = this.embedded(pieces);
      for (const layer of this.layers) rows = applied(layer, rows);
      const { values } = dense(meanOf(rows), this.hidden);
      for (let at = 0; at < values.length; at++) values[at] = Math.tanh(values[at]!);
      return scaledToOne(values);
    });
  }

  /** Twice the vectors of the pieces, plus the position waves: the graph adds the vectors to themselves. */
  private embedded(pieces: readonly number[]): Matrix {
    const values = new Float32Array(pieces.length * WIDTH);
    const waves = this.wavelengths.length;
    pieces.forEach((piece, place) => {
      const row = values.subarray(place * WIDTH, (place + 1) * WIDTH);
      for (let at = 0; at < WIDTH; at++) {
        const angle = place * this.wavelengths[at % waves]!;
        row[at] = 2 * this.embeddings[piece * WIDTH + at]! + (at < waves ? Math.sin(angle) : Math.cos(angle));
      }
    });
    return { rows: pieces.length, width: WIDTH, values };
  }
}

function applied({ attention, adjust, feedForward }: Layer, rows: Matrix): Matrix {
  const attended = dense(
    attentionOf(dense(normed(rows, attention.norm), attention.queriesKeysValues)),
    attention.output,
  );
  const between = sum(attended, adjust ? dense(rows, adjust) : rows);
  const inner = dense(normed(between, feedForward.norm), feedForward.inner, 'relu');
  return sum(dense(inner, feedForward.output), between);
}

/** Scaled dot-product attention with several heads; each row has its queries, keys and values side by side. */
function attentionOf({ rows, width: threefold, values }: Matrix): Matrix {
  const width = threefold / 3;
  const size = width / HEADS;
  const result = new Float32Array(rows * width);
  const shares = new Float64Array(rows);
  for (let head = 0; head < HEADS; head++) {
    for (let row = 0; row < rows; row++) {
      const query = row * threefold + head * size;
      for (let other = 0; other < rows; other++) {
        const key = other * threefold + width + head * size;
        let product = 0;
        for (let at = 0; at < size; at++) product += values[query + at]! * values[key + at]!;
        shares[other] = product / Math.sqrt(size);
      }
      softmax(shares);
      const to = row * width + head * size;
      for (let other = 0; other < rows; other++) {
        const value = other * threefold + 2 * width + head * size;
        for (let at = 0; at < size; at++) result[to + at]! += shares[other]! * values[value + at]!;
      }
    }
  }
  return { rows, width, values: result };
}

function softmax(values: Float64Array): void {
  const highest = values.reduce((one, other) => Math.max(one, other));
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at] = Math.exp(values[at]! - highest);
  for (let at = 0; at < values.length; at++) values[at]! /= total;
}

/** Each row with mean 0 and variance 1, then scaled and shifted (layer normalization: Ba, Kiros and Hinton, 2016). */
function normed({ rows, width, values }: Matrix, { scale, bias }: Norm): Matrix {
  const result = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += width) {
    let mean = 0;
    for (let at = 0; at < width; at++) mean += values[start + at]! / width;
    let variance = 0;
    for (let at = 0; at < width; at++) variance += (values[start + at]! - mean) ** 2 / width;
    const factor = 1 / Math.sqrt(variance + NORM_EPSILON);
    for (let at = 0; at < width; at++)
      result[start + at] = (values[start + at]! - mean) * factor * scale[at]! + bias[at]!;
  }
  return { rows, width, values: result };
}

function dense({ rows, width, values }: Matrix, { kernel, bias }: Dense, activation?: 'relu'): Matrix {
  const product = fused.matMul({
    a: tensor2d(values, [rows, width]),
    b: kernel,
    bias,
    ...(activation && { activation }),
  });
  return { rows, width: bias.size, values: product.dataSync() };
}

const sum = (one: Matrix, other: Matrix): Matrix => ({
  ...one,
  values: one.values.map((value, at) => value + other.values[at]!),
});

function meanOf({ rows, width, values }: Matrix): Matrix {
  const mean = new Float32Array(width);
  for (let at = 0; at < values.length; at++) mean[at % width]! += values[at]! / rows;
  return { rows: 1, width, values: mean };
}

function scaledToOne(values: Float32Array): Float32Array {
  const squares = values.reduce((total, value) => total + value * value, 0);
  const factor = 1 / Math.sqrt(Math.max(squares, LEAST_SQUARES));
  return values.map((value) => value * factor);
}

/** Names of the weights in the graph: some are named after operations, some after the training. */
const GRAPH = 'module_apply_default/Encoder_en/KonaTransformer/Encode';
const MODULE = 'module/Encoder_en';

class NamedWeights {
  constructor(private readonly weights: Weights) {}

  tensor(name: string): Tensor {
    const found = this.weights[name]?.[0];
    if (!found) throw new Error(`The sentence encoder's file has no weights named ${name}.`);
    return found;
  }

  numbers(name: string): Float32Array {
    return this.tensor(name).dataSync();
  }
}

function layerOf(weights: NamedWeights, number: number): Layer {
  const layer = `Layer_${number}/TransformerLayer`;
  const ofGraph = (name: string): string => `${GRAPH}/${layer}/${name}/ConcatPartitions/concat`;
  const norm = (name: string): Norm => ({
    scale: weights.numbers(ofGraph(`${name}/layer_norm/layer_norm_scale`)),
    bias: weights.numbers(ofGraph(`${name}/layer_norm/layer_norm_bias`)),
  });
  /** A convolution over single positions is a matrix product. */
  const projection = (name: string): Dense => {
    const bias = weights.tensor(ofGraph(`${name}/bias`));
    const kernel = weights.tensor(`${MODULE}/KonaTransformer/Encode/${layer}/${name}/kernel/part_0`);
    return { kernel: reshape(kernel, [kernel.size / bias.size, bias.size]), bias };
  };
  const convolution = (name: string): Dense => ({
    kernel: weights.tensor(`${GRAPH}/TransformerStack/${layer}/${name}/Tensordot/Reshape_1`),
    bias: weights.tensor(ofGraph(`${name}/bias`)),
  });
  return {
    attention: {
      norm: norm('layer_prepostprocess'),
      queriesKeysValues: projection('MultiheadAttention/qkv_transform_single'),
      output: projection('MultiheadAttention/output_transform_single'),
    },
    adjust:
      number === 0
        ? { kernel: weights.tensor(ofGraph('dense/kernel')), bias: weights.tensor(ofGraph('dense/bias')) }
        : undefined,
    feedForward: {
      norm: norm('FFN/layer_prepostprocess'),
      inner: convolution('FFN/conv1'),
      output: convolution('FFN/conv2'),
    },
  };
}
