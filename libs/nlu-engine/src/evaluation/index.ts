export { checkNluData, type DataWarning, suggestMerges } from './data/check-nlu-data.js';
export { type ConfidenceReport, type ReliabilityBin } from './reports/confidence-report.js';
export {
  type CrossValidation,
  type CrossValidationOptions,
  crossValidate,
  type FoldNumber,
} from './cross-validation.js';
export { type EntityReport, type EntityScores } from './reports/entity-report.js';
export { evaluate, type EvaluationReport } from './reports/evaluation-report.js';
export { type Fold, stratifiedFolds, withoutDuplicates } from './data/folds.js';
export { renderReport, type ReportPage } from './html/render-report.js';
export { type Confusion, type ConfusionMatrix, type IntentReport, type IntentScores } from './reports/intent-report.js';
export { type OutOfScopeReport, reportOutOfScope } from './reports/out-of-scope-report.js';
export { hasIntent, isRight, type LabelledText, type Prediction, topIntent } from './reports/prediction.js';
export { entityErrors, intentErrors, rasaEntityReport, rasaIntentReport } from './reports/rasa-report.js';
export { type Scores, type Spread } from './reports/scores.js';
export { type AccuracyComparison, compareAccuracy } from './reports/significance.js';
export { domainOf, type LabelledExample, nluDataOf } from './data/labelled-data.js';
export { readJsonl } from './data/labelled-jsonl.js';
