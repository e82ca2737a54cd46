/**
 * The part of TensorFlow.js that is used here. `@energetic-ai/core` bundles its code, but its declarations refer to
 * packages that it does not install.
 */
declare module '@tensorflow/tfjs-core' {
  export interface Tensor {
    dataSync(): Float32Array;
  }
  export function tensor1d(values: ArrayLike<number>, dtype: 'int32'): Tensor;
  export function tensor2d(values: Int32Array, shape: [number, number], dtype: 'int32'): Tensor;
  /** Frees every tensor made inside that is not kept. */
  export function tidy<T>(work: () => T): T;
  export function keep(tensor: Tensor): Tensor;
}

declare module '@tensorflow/tfjs-converter' {
  import { type Tensor } from '@tensorflow/tfjs-core';
  export interface GraphNode {
    name: string;
    op: string;
    inputs: GraphNode[];
  }
  export interface GraphModel {
    /** Inputs and outputs are any nodes of the graph. The results are in the order of the outputs. */
    execute(inputs: Record<string, Tensor>, outputs: string[]): Tensor | Tensor[];
    /** Undocumented; the version of the package is pinned. */
    executor: { graph: { nodes: Record<string, GraphNode> } };
  }
}

declare module '@tensorflow/tfjs-backend-wasm' {}
