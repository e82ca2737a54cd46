import { type NluData } from '#assistant';
import { type LabelledText, type Prediction } from '#nlu-engine';

/** Labelled texts, or with what else an assistant has. */
export type Texts = readonly LabelledText[] | NluData;

/** One of those that are compared; a column of the table. */
export interface Column {
  /** Whether it learns entities from annotated examples. */
  readonly learnsEntities: boolean;
  train(texts: Texts): Promise<TrainedColumn>;
}

export interface TrainedColumn {
  /** How long training took. */
  readonly seconds: number;
  predict(texts: readonly LabelledText[]): Promise<Prediction[]>;
  /** Milliseconds for each text, after a warm-up. */
  parseMs(texts: readonly { text: string }[]): Promise<number[]>;
  /** The model as it is stored, where there is one. */
  bytes?(): Buffer;
  close(): Promise<void>;
}

/** What `use` makes of a trained column, which is closed afterwards. */
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
