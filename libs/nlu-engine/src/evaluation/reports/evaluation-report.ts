import { type ConfidenceReport, reportConfidence } from './confidence-report.js';
import { type EntityReport, reportEntities } from './entity-report.js';
import { type IntentReport, reportIntents } from './intent-report.js';
import { type OutOfScopeReport, reportOutOfScope } from './out-of-scope-report.js';
import { type Prediction } from './prediction.js';

/** All that can be said of predictions; a part is null when the texts hold nothing to measure it by. */
export interface EvaluationReport {
  examples: number;
  intent: IntentReport | null;
  confidence: ConfidenceReport | null;
  entity: EntityReport | null;
  outOfScope: OutOfScopeReport | null;
}

/** Judges predictions. Pure: the same predictions give the same report. */
export const evaluate = (predictions: readonly Prediction[]): EvaluationReport => ({
  examples: predictions.length,
  intent: reportIntents(predictions),
  confidence: reportConfidence(predictions),
  entity: reportEntities(predictions),
  outOfScope: reportOutOfScope(predictions),
});
