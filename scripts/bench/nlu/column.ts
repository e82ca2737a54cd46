import { type NluData } from '#assistant';
import { type LabelledText, type Prediction } from '#nlu-engine';

/** Labelled texts, or a complete assistant. */
export type Texts = readonly LabelledText[] | NluData;

/** A column of the table: an engine with a pipeline that the benchmark compares. */
export interface Column {
  /** Whether it learns entities from annotated examples. */
  readonly learnsEntities: boolean;
  train(texts: Texts): Promise<TrainedColumn>;
}

export interface TrainedColumn {
  /** The time for training. */
  readonly seconds: number;
  predict(texts: readonly LabelledText[]): Promise<Prediction[]>;
  /** Milliseconds for each text after a warm-up. */
  parseMs(texts: readonly { text: string }[]): Promise<number[]>;
  /** The stored model, if there is one. */
  bytes?(): Buffer;
  close(): Promise<void>;
}

/** Trains a column, calls `use` with it, and closes it. */
export async function using<Result>(
  trained: Promise<TrainedColumn>,
  use: (column: TrainedColumn) => Promise<Result>,
): Promise<Result> {
  const column = await trained;
  try {
    return await use(column);
  } finally {
    await column.close();
  }
}
