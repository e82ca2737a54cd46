import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pretrained, type SentenceEncoder } from '#nlu-engine';
import { replaceFile } from '../files/model-files.js';

const HASH_BYTES = 32;

/**
 * Sentence encoders that remember the vectors of a training in the next one, so that only new and changed examples are
 * encoded. There is one file for each encoder, `vectors-<id>.bin`, which may be deleted at any time. It holds, for each
 * text, the SHA-256 of the text and its vector as 32-bit numbers. Vectors are the same with and without the files.
 */
export class VectorCache {
  private readonly caches = new Map<string, Promise<OneEncoder>>();

  /** @param folder that of the model. */
  constructor(private readonly folder: string) {}

  /** @param pretrained the encoders that are asked about unknown texts. */
  around(pretrained: Pretrained): Pretrained {
    return {
      ...pretrained,
      sentenceEncoder: async (name) => {
        const encoder = await pretrained.sentenceEncoder(name);
        return encoder && this.cached(encoder);
      },
    };
  }

  /** Writes the vectors that were used since the start; all others are forgotten. */
  async save(): Promise<void> {
    for (const cache of this.caches.values()) await (await cache).save();
  }

  private cached(encoder: SentenceEncoder): Promise<SentenceEncoder> {
    let cache = this.caches.get(encoder.id);
    if (!cache) {
      const file = join(this.folder, `vectors-${encoder.id}.bin`);
      this.caches.set(encoder.id, (cache = OneEncoder.open(encoder, file)));
    }
    return cache;
  }
}

class OneEncoder implements SentenceEncoder {
  private readonly used = new Map<string, Float32Array>();

  private constructor(
    private readonly encoder: SentenceEncoder,
    private readonly file: string,
    private readonly known: ReadonlyMap<string, Float32Array>,
  ) {}

  static async open(encoder: SentenceEncoder, file: string): Promise<OneEncoder> {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    return new OneEncoder(encoder, file, vectorsIn(bytes, encoder.dimension));
  }

  get id(): string {
    return this.encoder.id;
  }

  get dimension(): number {
    return this.encoder.dimension;
  }

  async encode(texts: readonly string[]): Promise<Float32Array[]> {
    const keys = texts.map((text) => createHash('sha256').update(text).digest().toString('latin1'));
    const unknown = texts.filter((_, at) => !this.known.has(keys[at]!) && !this.used.has(keys[at]!));
    const fresh = unknown.length > 0 ? await this.encoder.encode(unknown) : [];
    let next = 0;
    return keys.map((key) => {
      const vector = this.known.get(key) ?? this.used.get(key) ?? fresh[next++]!;
      this.used.set(key, vector);
      return vector;
    });
  }

  async save(): Promise<void> {
    const parts = [...this.used].flatMap(([key, vector]) => [
      Buffer.from(key, 'latin1'),
      Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength),
    ]);
    await replaceFile(this.file, Buffer.concat(parts));
  }
}

/** Those of a file; none when it is damaged. */
function vectorsIn(bytes: Buffer, dimension: number): Map<string, Float32Array> {
  const vectors = new Map<string, Float32Array>();
  const size = HASH_BYTES + dimension * Float32Array.BYTES_PER_ELEMENT;
  if (bytes.length % size !== 0) return vectors;
  for (let start = 0; start < bytes.length; start += size) {
    const vector = new Float32Array(dimension);
    for (let at = 0; at < dimension; at++)
      vector[at] = bytes.readFloatLE(start + HASH_BYTES + at * Float32Array.BYTES_PER_ELEMENT);
    if (vector.every(Number.isFinite)) vectors.set(bytes.toString('latin1', start, start + HASH_BYTES), vector);
  }
  return vectors;
}
