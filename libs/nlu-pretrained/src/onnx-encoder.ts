import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import type * as Runtime from 'onnxruntime-node';
import { type EncoderFiles } from './encoder-files.js';

/** What comes later in a message is seldom about something else, and time grows with the length. */
const MAX_CHARACTERS = 400;
const MAX_PIECES = 64;

/** Computes the vectors of texts with ONNX Runtime, in the thread that calls it. */
export class OnnxEncoder {
  private constructor(
    private readonly files: EncoderFiles,
    private readonly runtime: typeof Runtime,
    private readonly session: Runtime.InferenceSession,
    private readonly tokenizer: Tokenizer,
  ) {}

  /**
   * @param folder that of the encoder's files.
   * @throws Error that says what to do when a file is missing or damaged, or the runtime is not installed or does not run here.
   */
  static async load(folder: string, files: EncoderFiles): Promise<OnnxEncoder> {
    const [weights, vocabulary] = await Promise.all(
      (['model.onnx', 'tokenizer.json'] as const).map((name) => checkedFile(folder, name, files)),
    );
    const runtime = await loadRuntime();
    // By its file: read into memory first, the weights would stay there twice.
    const session = await runtime.InferenceSession.create(weights!, {
      // One text at a time in one thread: services that run beside each other do not fight for the processors.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      // The arena keeps the memory of the longest text for ever.
      enableCpuMemArena: false,
    });
    return new OnnxEncoder(
      files,
      runtime,
      session,
      new Tokenizer(JSON.parse(await readFile(vocabulary!, 'utf8')) as object, {}),
    );
  }

  /** The mean over the vectors of the text's pieces, with length 1; of a text without pieces, zeros. */
  async encode(text: string): Promise<Float32Array> {
    const { dimension, frame } = this.files;
    const ids = this.idsOf(text);
    if (ids.length === 0) return new Float32Array(dimension);
    const framed = [...frame.start, ...ids, ...frame.end];
    const tensor = (values: readonly number[]) =>
      new this.runtime.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const inputs: Record<string, Runtime.Tensor> = {
      input_ids: tensor(framed),
      attention_mask: tensor(framed.map(() => 1)),
      token_type_ids: tensor(framed.map(() => 0)),
    };
    const feeds = Object.fromEntries(this.session.inputNames.map((name) => [name, inputs[name]!]));
    const { last_hidden_state: output } = await this.session.run(feeds);
    return meanOfLengthOne(output!.data as Float32Array, dimension);
  }

  private idsOf(text: string): number[] {
    // Half a character, as of a text that was cut, is none.
    const readable = text.slice(0, MAX_CHARACTERS).toWellFormed().trim();
    if (readable === '') return [];
    const { ids } = this.tokenizer.encode(this.files.prefix + readable);
    return ids.length <= MAX_PIECES ? ids : [...ids.slice(0, MAX_PIECES - 1), ids.at(-1)!];
  }
}

/** The runtime is an optional package, as most assistants do without it. */
async function loadRuntime(): Promise<typeof Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    const isMissing = cause instanceof Error && /Cannot find (package|module) 'onnxruntime-node'/.test(cause.message);
    throw new Error(
      isMissing
        ? 'The sentence encoder needs the package onnxruntime-node, which is not installed; install it with `npm install --include=optional`, or remove SentenceEncoderFeaturizer from the pipeline.'
        : `The sentence encoder does not run on this computer (${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}); remove SentenceEncoderFeaturizer from the pipeline.`,
      { cause },
    );
  }
}

/** The path of a file of the encoder. @throws Error when the file cannot be read or has another checksum. */
async function checkedFile(
  folder: string,
  name: keyof EncoderFiles['checksums'],
  files: EncoderFiles,
): Promise<string> {
  const file = join(folder, name);
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new Error(
      `The file ${file} of the sentence encoder ${files.name} cannot be read; install the product again.`,
      {
        cause,
      },
    );
  }
  if (hash.digest('hex') === files.checksums[name]) return file;
  throw new Error(`The file ${file} of the sentence encoder ${files.name} is damaged; install the product again.`);
}

/** @param rows vectors of pieces, one after the other. */
function meanOfLengthOne(rows: Float32Array, dimension: number): Float32Array {
  const mean = new Float64Array(dimension);
  for (let at = 0; at < rows.length; at++) mean[at % dimension]! += rows[at]!;
  const length = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(mean, (value) => (length > 0 && Number.isFinite(length) ? value / length : 0));
}
