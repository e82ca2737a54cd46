import { evaluate, type EvaluationReport } from './reports/evaluation-report.js';
import { stratifiedFolds, withoutDuplicates } from './data/folds.js';
import { type LabelledText, type Prediction } from './reports/prediction.js';
import { type Spread, spreadOf } from './reports/scores.js';

export interface CrossValidationOptions<Example> {
  /** Default 5. */
  folds?: number;
  /** Times that the examples are split anew. Default 1. */
  runs?: number;
  /** Default 0. */
  seed?: number;
  /** Trains on one part and predicts the other. `seed` is the run's. */
  predict: (train: Example[], test: Example[], at: FoldNumber & { seed: number }) => Promise<Prediction[]>;
  onFold?: (at: FoldNumber, report: EvaluationReport) => void;
}
/** Both count from 1. */
export interface FoldNumber {
  run: number;
  fold: number;
}

export interface CrossValidation {
  /** Of each run, over all its folds. */
  runs: Prediction[][];
  /** Over all folds of all runs together. */
  report: EvaluationReport;
  /** Over the folds of all runs; null where no fold had anything to measure. */
  spread: { accuracy: Spread | null; macroF1: Spread | null; entityF1: Spread | null };
  /** Examples left out because another one says the same. */
  duplicates: number;
}

/**
 * Tests on held-out parts: stratified folds of the examples without duplicates, in one or more runs.
 * @throws RangeError when the examples cannot be split so.
 */
export async function crossValidate<Example extends LabelledText>(
  examples: readonly Example[],
  { folds = 5, runs = 1, seed = 0, predict, onFold }: CrossValidationOptions<Example>,
): Promise<CrossValidation> {
  const unique = withoutDuplicates(examples);
  const reports: EvaluationReport[] = [];
  const predictions: Prediction[][] = [];
  for (let run = 1; run <= runs; run++) {
    const ofRun: Prediction[] = [];
    const runSeed = seed + run - 1;
    for (const [index, { train, test }] of stratifiedFolds(unique, { folds, seed: runSeed }).entries()) {
      const at = { run, fold: index + 1 };
      const ofFold = await predict(train, test, { ...at, seed: runSeed });
      const report = evaluate(ofFold);
      ofRun.push(...ofFold);
      reports.push(report);
      onFold?.(at, report);
    }
    predictions.push(ofRun);
  }
  return {
    runs: predictions,
    report: evaluate(predictions.flat()),
    spread: {
      accuracy: spreadOver(reports, ({ intent }) => intent?.accuracy),
      macroF1: spreadOver(reports, ({ intent }) => intent?.macroF1),
      entityF1: spreadOver(reports, ({ entity }) => entity?.exact.f1),
    },
    duplicates: examples.length - unique.length,
  };
}

function spreadOver(
  reports: EvaluationReport[],
  figure: (report: EvaluationReport) => number | undefined,
): Spread | null {
  const values = reports.map(figure).filter((value) => value !== undefined);
  return values.length === 0 ? null : spreadOf(values);
}
