import { type AccuracyComparison, type EvaluationReport, type Spread } from '#nlu-engine';
import { type CostSummary } from '#training';

const MOST_CONFUSIONS = 5;

/** Formats the figures of a test for a terminal, line by line. */
export function tableOf(report: EvaluationReport, costs: CostSummary, spread?: Spread | null): string {
  const { intent, entity, outOfScope, confidence } = report;
  const lines: (false | null | undefined | [name: string, value: string, more?: string])[] = [
    intent && ['intents, accuracy', percent(intent.accuracy), spread ? `± ${percent(spread.sd)} over the folds` : ''],
    intent && ['  macro F1', percent(intent.macroF1), `${intent.perIntent.length} intents, ${intent.examples} texts`],
    intent && [
      '  with fallbacks',
      percent(intent.accuracyWithFallback),
      `${percent(intent.needlessFallbacks)} needless fallbacks`,
    ],
    confidence && ['  calibration error', percent(confidence.ece)],
    entity && ['entities, F1', percent(entity.exact.f1), `${entity.exact.support} entities, exact spans`],
    entity && ['  overlapping', percent(entity.overlap.f1)],
    outOfScope && ['out of scope, recall', percent(outOfScope.recall), `${outOfScope.examples} texts`],
    outOfScope && ['  precision', percentOrNone(outOfScope.precision)],
    outOfScope && ['  AUROC', percentOrNone(outOfScope.auroc)],
    costs.trainSeconds !== null && ['training', `${costs.trainSeconds.toFixed(2)} s`],
    costs.modelBytes !== null && ['model', megabytes(costs.modelBytes)],
    costs.parseMs.p50 !== null && [
      'parse',
      `${costs.parseMs.p50.toFixed(2)} ms`,
      `p99 ${(costs.parseMs.p99 ?? 0).toFixed(2)} ms`,
    ],
    ['memory', megabytes(costs.rssBytes), 'of this process, training included'],
  ];
  const shown = lines.filter((line) => Array.isArray(line));
  const wide = Math.max(...shown.map(([name]) => name.length));
  const figures = shown.map(([name, value, more = '']) =>
    `  ${name.padEnd(wide)}  ${value.padStart(9)}  ${more}`.trimEnd(),
  );
  return [...figures, ...confusedLines(report)].join('\n');
}

function confusedLines({ intent }: EvaluationReport): string[] {
  const worst = intent?.confusions.slice(0, MOST_CONFUSIONS) ?? [];
  if (worst.length === 0) return [];
  const lines = worst.map(
    ({ expected, predicted, count }) =>
      `  ${String(count).padStart(4)} × ${expected} taken for ${predicted ?? 'nothing'}`,
  );
  return ['', '  most confused:', ...lines];
}

/** Formats the comparison of two configurations. */
export function comparisonOf(
  first: string,
  second: string,
  { examples, onlyFirst, onlySecond, difference, interval, p }: AccuracyComparison,
): string {
  const verdict =
    p >= 0.05 ? 'The difference is not significant.' : `${difference > 0 ? second : first} is significantly better.`;
  return [
    `  ${second} against ${first}: ${signed(difference)} points of accuracy (95 %: ${signed(interval[0])} to ${signed(interval[1])})`,
    `  of ${examples} texts, only ${first} is right on ${onlyFirst}, only ${second} on ${onlySecond}; McNemar p = ${p.toFixed(4)}`,
    `  ${verdict}`,
  ].join('\n');
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const percentOrNone = (share: number | null): string => (share === null ? '–' : percent(share));
const signed = (difference: number): string => `${difference > 0 ? '+' : ''}${(100 * difference).toFixed(1)}`;
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
