export { checkNluData, type DataWarning, suggestMerges } from './check-nlu-data.js';
export { type ConfidenceReport, type ReliabilityBin } from './confidence-report.js';
export {
  type CrossValidation,
  type CrossValidationOptions,
  crossValidate,
  type FoldNumber,
} from './cross-validation.js';
export { type EntityReport, type EntityScores } from './entity-report.js';
export { evaluate, type EvaluationReport } from './evaluation-report.js';
export { type Fold, stratifiedFolds, withoutDuplicates } from './folds.js';
export { renderReport, type ReportPage } from './html/render-report.js';
export { type Confusion, type ConfusionMatrix, type IntentReport, type IntentScores } from './intent-report.js';
export { type OutOfScopeReport, reportOutOfScope } from './out-of-scope-report.js';
export { hasIntent, isRight, type LabelledText, type Prediction, topIntent } from './prediction.js';
export { entityErrors, intentErrors, rasaEntityReport, rasaIntentReport } from './rasa-report.js';
export { type Scores, type Spread } from './scores.js';
export { type AccuracyComparison, compareAccuracy } from './significance.js';
export { domainOf, type LabelledExample, nluDataOf } from './labelled-data.js';
export { readJsonl } from './labelled-jsonl.js';
