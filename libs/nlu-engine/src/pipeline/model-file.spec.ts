import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ModelFileError } from '../component/errors.js';
import { decodeModelFile, encodeModelFile, MODEL_FORMAT } from './model-file.js';
import { type State } from '../learning/state.js';

const array = fc.oneof(
  fc.int32Array({ maxLength: 9 }),
  fc.uint16Array({ maxLength: 9 }),
  fc.float32Array({ maxLength: 9, noNaN: true }),
);
const leaf = fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string({ unit: 'binary' }), array);
const key = fc
  .string({ maxLength: 8 })
  .filter((name) => name !== '$array' && name !== '__proto__' && name !== 'toJSON');
const { state } = fc.letrec<{ state: State }>((tie) => ({
  state: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('state'), { maxLength: 4 }),
    fc.dictionary(key, tie('state'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

const file = encodeModelFile({ name: 'sample', weights: Float32Array.from([0.5, -1]), words: ['a', 'b'] });

describe('A model file', () => {
  it('returns the saved state, including arrays of every type', () => {
    fc.assert(
      fc.property(state, (saved) => {
        expect(decodeModelFile(encodeModelFile(saved))).toEqual(saved);
      }),
    );
  });

  it('can be read wherever in memory it lies', () => {
    for (let offset = 0; offset < 8; offset++) {
      const moved = new Uint8Array(file.length + offset);
      moved.set(file, offset);
      expect(decodeModelFile(moved.subarray(offset))).toEqual(decodeModelFile(file));
    }
  });

  it('is the same for the same state', () => {
    expect(encodeModelFile(decodeModelFile(file)).equals(file)).toBe(true);
  });

  it('is refused when it is cut anywhere', () => {
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeModelFile(file.subarray(0, length))).toThrow(ModelFileError);
    }
  });

  it('is refused when any bit of it has changed', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(7), (at, bit) => {
        const damaged = Uint8Array.from(file);
        damaged[at]! ^= 1 << bit;
        expect(() => decodeModelFile(damaged)).toThrow(ModelFileError);
      }),
    );
  });

  it('is refused when something was added', () => {
    expect(() => decodeModelFile(Buffer.concat([file, Buffer.from('x')]))).toThrow('damaged or cut off');
  });

  it.each([MODEL_FORMAT - 1, MODEL_FORMAT + 1, 0, 2 ** 32 - 1])('of format %i is refused by that number', (format) => {
    const other = Buffer.from(file);
    other.writeUInt32LE(format, 8);
    expect(() => decodeModelFile(other)).toThrow(
      `The NLU model has format ${format}, but this version reads format ${MODEL_FORMAT}; run \`helpdesk train\` to make it again.`,
    );
  });

  it.each(['', 'PK\u0003\u0004', '{"version":1}', 'helpdnlu and more'])('is not recognized in %j', (text) => {
    expect(() => decodeModelFile(Buffer.from(text))).toThrow(
      'This is not an NLU model; run `helpdesk train` to make one.',
    );
  });
});
