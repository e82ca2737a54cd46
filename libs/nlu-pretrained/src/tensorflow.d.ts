/**
 * The part of TensorFlow.js that is used here. `@energetic-ai/core` bundles its code, but its declarations refer to
 * packages that it does not install.
 */
declare module '@tensorflow/tfjs-core' {
  export interface Tensor {
    size: number;
    dataSync(): Float32Array;
  }
  export function tensor2d(values: Float32Array, shape: [number, number]): Tensor;
  export function reshape(tensor: Tensor, shape: [number, number]): Tensor;
  export const fused: {
    /** `a` times `b`, with `bias` added to each row, and then the activation. */
    matMul(of: { a: Tensor; b: Tensor; bias: Tensor; activation?: 'relu' }): Tensor;
  };
  /** Frees every tensor made inside. */
  export function tidy<T>(work: () => T): T;
}

declare module '@tensorflow/tfjs-converter' {
  import { type Tensor } from '@tensorflow/tfjs-core';
  export interface GraphModel {
    /** By the names of the graph's nodes. */
    weights: Record<string, Tensor[]>;
  }
}

declare module '@tensorflow/tfjs-backend-wasm' {}
