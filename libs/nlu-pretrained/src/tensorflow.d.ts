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
  /** Frees every tensor made inside. */
  export function tidy<T>(work: () => T): T;
}

declare module '@tensorflow/tfjs-converter' {
  import { type Tensor } from '@tensorflow/tfjs-core';
  export interface GraphModel {
    execute(inputs: Record<string, Tensor>, output: string): Tensor | Tensor[];
  }
}

declare module '@tensorflow/tfjs-backend-wasm' {}
