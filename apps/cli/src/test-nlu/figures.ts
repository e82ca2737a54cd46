import { type EvaluationReport, type Scores } from '#nlu-engine';
import { type CostSummary } from '#training';

/** The figures for `--json`: fractions between 0 and 1, or null when there was nothing to measure. */
export function figuresOf({ intent, confidence, entity, outOfScope }: EvaluationReport, costs: CostSummary) {
  const spans = (scores: Scores | undefined) => ({
    precision: scores?.precision ?? null,
    recall: scores?.recall ?? null,
    f1: scores?.f1 ?? null,
  });
  return {
    intent: {
      accuracy: intent?.accuracy ?? null,
      accuracyWithFallback: intent?.accuracyWithFallback ?? null,
      needlessFallbacks: intent?.needlessFallbacks ?? null,
      macroF1: intent?.macroF1 ?? null,
      microF1: intent?.microF1 ?? null,
      examples: intent?.examples ?? 0,
    },
    entity: { exact: spans(entity?.exact), overlap: spans(entity?.overlap) },
    outOfScope: {
      recall: outOfScope?.recall ?? null,
      precision: outOfScope?.precision ?? null,
      auroc: outOfScope?.auroc ?? null,
      recallAt5: outOfScope?.recallAt5 ?? null,
      examples: outOfScope?.examples ?? 0,
    },
    ece: confidence?.ece ?? null,
    ...costs,
  };
}

/** Adds each nested figure under its path as well: `{ a: { b: 1 }, 'a.b': 1 }`. */
export function withPaths(nested: Record<string, unknown>): Record<string, unknown> {
  const paths = (value: unknown, path: string): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => paths(inner, path ? `${path}.${key}` : key))
      : [[path, value]];
  return { ...nested, ...Object.fromEntries(paths(nested, '')) };
}
