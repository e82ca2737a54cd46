import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type State } from '../learning/state.js';
import { ModelFileError, NluConfigError } from '../component/errors.js';

/**
 * Raised whenever what components learn or save, how features are computed, or what comes pre-trained with the product
 * changes: older files are refused.
 */
export const MODEL_FORMAT = 11;

const MAGIC = Buffer.from('HELPDNLU', 'latin1');
const HEADER = MAGIC.length + 4 + 32;
const MAX_PAYLOAD = 2 ** 30;
/** Bytes of the largest number in an array. */
const ALIGNMENT = 4;
const ARRAYS = { Int32Array, Uint16Array, Float32Array };
type ArrayName = keyof typeof ARRAYS;
type TypedArray = Int32Array | Uint16Array | Float32Array;

const isTypedArray = (value: unknown): value is TypedArray => ArrayBuffer.isView(value);

/**
 * A model as one file: magic, format version, SHA-256 of the rest, and compressed a JSON document in which typed arrays
 * are replaced by references to the raw numbers after it (little endian, as on every machine that Node runs on). Each
 * part is compressed by itself, so that a large model is never in memory twice.
 *
 * @throws NluConfigError when the model is too large to be read again.
 */
export function encodeModelFile(state: State): Buffer {
  const arrays: Buffer[] = [];
  let offset = 0;
  // Arrays are taken out before `JSON.stringify` would spell out their numbers.
  const json = Buffer.from(
    JSON.stringify(state, (_key, value: unknown) => {
      if (!isTypedArray(value)) return value;
      const reference = { $array: value.constructor.name, offset, length: value.length };
      arrays.push(padded(Buffer.from(value.buffer, value.byteOffset, value.byteLength)));
      offset += arrays.at(-1)!.length;
      return reference;
    }),
  );
  const size = Buffer.alloc(ALIGNMENT);
  size.writeUInt32LE(json.length);
  if (size.length + json.length + offset > MAX_PAYLOAD)
    throw new NluConfigError(
      `The model would be larger than ${MAX_PAYLOAD / 2 ** 30} GB; train with fewer examples or intents, or a larger min_df.`,
    );
  const document = padded(Buffer.concat([size, json]));
  const payload = [document, ...arrays].map((part) => gzipSync(part, { level: 6 }));
  const header = Buffer.alloc(HEADER);
  MAGIC.copy(header);
  header.writeUInt32LE(MODEL_FORMAT, MAGIC.length);
  checksumOf(payload).copy(header, MAGIC.length + 4);
  return Buffer.concat([header, ...payload]);
}

/** @throws ModelFileError with a sentence for the person who chose the file. */
export function decodeModelFile(bytes: Uint8Array): State {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.subarray(0, MAGIC.length).equals(MAGIC))
    throw new ModelFileError('This is not an NLU model; run `helpdesk train` to make one.');
  if (file.length < HEADER)
    throw new ModelFileError('The NLU model is cut off; run `helpdesk train` to make it again.');
  const version = file.readUInt32LE(MAGIC.length);
  if (version !== MODEL_FORMAT)
    throw new ModelFileError(
      `The NLU model has format ${version}, but this version reads format ${MODEL_FORMAT}; run \`helpdesk train\` to make it again.`,
    );
  const payload = file.subarray(HEADER);
  if (!checksumOf([payload]).equals(file.subarray(MAGIC.length + 4, HEADER)))
    throw new ModelFileError('The NLU model is damaged or cut off; run `helpdesk train` to make it again.');
  const content: Buffer<ArrayBuffer> = gunzipSync(payload, { maxOutputLength: MAX_PAYLOAD });
  const length = content.readUInt32LE(0);
  const start = aligned(ALIGNMENT + length);
  return JSON.parse(content.toString('utf8', ALIGNMENT, ALIGNMENT + length), (_key, value: unknown) =>
    isReference(value) ? readArray(content, start + value.offset, value) : value,
  ) as State;
}

const checksumOf = (parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const aligned = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

/** Every array begins at an address at which it can be read in place. */
const padded = (part: Buffer): Buffer =>
  part.length % ALIGNMENT === 0 ? part : Buffer.concat([part], aligned(part.length));

interface Reference {
  $array: ArrayName;
  offset: number;
  length: number;
}

const isReference = (value: unknown): value is Reference =>
  typeof value === 'object' && value !== null && '$array' in value;

function readArray(content: Buffer<ArrayBuffer>, at: number, { $array, length }: Reference): TypedArray {
  const type = ARRAYS[$array];
  const address = content.byteOffset + at;
  if (address % ALIGNMENT === 0) return new type(content.buffer, address, length);
  return new type(Uint8Array.from(content.subarray(at, at + length * type.BYTES_PER_ELEMENT)).buffer);
}
