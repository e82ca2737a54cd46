import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type State } from './component.js';
import { ModelFileError } from './errors.js';

/** Raised whenever what components save, or how features are computed, changes: older files are refused. */
export const MODEL_FORMAT = 2;

const MAGIC = Buffer.from('HELPDNLU', 'latin1');
const HEADER = MAGIC.length + 4 + 32;
const MAX_PAYLOAD = 2 ** 30;
const ARRAYS = { Int32Array, Uint16Array, Float32Array };
type ArrayName = keyof typeof ARRAYS;
type TypedArray = Int32Array | Uint16Array | Float32Array;

const isTypedArray = (value: unknown): value is TypedArray => ArrayBuffer.isView(value);

/**
 * A model as one file: magic, format version, SHA-256 of the rest, and compressed a JSON document in which typed arrays
 * are replaced by references to the raw numbers after it (little endian, as on every machine that Node runs on).
 */
export function encodeModelFile(state: State): Buffer {
  const buffers: Buffer[] = [];
  let offset = 0;
  // Arrays are taken out before `JSON.stringify` would spell out their numbers.
  const json = Buffer.from(
    JSON.stringify(state, (_key, value: unknown) => {
      if (!isTypedArray(value)) return value;
      const reference = { $array: value.constructor.name, offset, length: value.length };
      buffers.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      offset += value.byteLength;
      return reference;
    }),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(json.length);
  const payload = gzipSync(Buffer.concat([size, json, ...buffers]), { level: 6 });
  const header = Buffer.alloc(HEADER);
  MAGIC.copy(header);
  header.writeUInt32LE(MODEL_FORMAT, MAGIC.length);
  createHash('sha256')
    .update(payload)
    .digest()
    .copy(header, MAGIC.length + 4);
  return Buffer.concat([header, payload]);
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
  const checksum = createHash('sha256').update(payload).digest();
  if (!checksum.equals(file.subarray(MAGIC.length + 4, HEADER)))
    throw new ModelFileError('The NLU model is damaged or cut off; run `helpdesk train` to make it again.');
  const content = gunzipSync(payload, { maxOutputLength: MAX_PAYLOAD });
  const start = 4 + content.readUInt32LE(0);
  return JSON.parse(content.toString('utf8', 4, start), (_key, value: unknown) =>
    isReference(value) ? readArray(content, start + value.offset, value) : value,
  ) as State;
}

interface Reference {
  $array: ArrayName;
  offset: number;
  length: number;
}

const isReference = (value: unknown): value is Reference =>
  typeof value === 'object' && value !== null && '$array' in value;

function readArray(content: Buffer, at: number, { $array, length }: Reference): TypedArray {
  const type = ARRAYS[$array];
  // A copy begins at an aligned address, which the array needs.
  const bytes = Uint8Array.from(content.subarray(at, at + length * type.BYTES_PER_ELEMENT));
  return new type(bytes.buffer, 0, length);
}
