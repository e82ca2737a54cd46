import { type Finding, type NluData, type Place, type TrainingExample } from '#assistant/model';
import { type IntentReport } from '../reports/intent-report.js';
import { nearDuplicates } from './near-duplicates.js';

/** A weakness of training data; `message` names the other place, when there are two. */
export interface DataWarning extends Finding {
  level: 'warning';
  check: 'two-intents' | 'near-duplicate' | 'few-examples' | 'merge-intents';
}

export interface DataCheckOptions {
  /** Fewer examples than this are too few for an intent. Default 5. */
  minExamples?: number;
  /** Texts with at least this similarity are near-duplicates. Default 0.9. */
  similarity?: number;
}

/**
 * Looks for what makes training data teach less or teach wrong: the same text under two intents, texts that repeat
 * another almost to the letter, and intents with few examples. 50,000 examples take a few seconds.
 */
export function checkNluData(
  { examples }: NluData,
  { minExamples = 5, similarity = 0.9 }: DataCheckOptions = {},
): DataWarning[] {
  const labelled = examples.filter(({ intent }) => intent !== '');
  const duplicates = nearDuplicates(
    labelled.map(({ text }) => text),
    similarity,
  );
  return [
    ...duplicates.map(({ first, second, similarity }) =>
      warningOfPair(labelled[first]!, labelled[second]!, similarity === 1),
    ),
    ...fewExamples(labelled, minExamples),
  ];
}

/**
 * Pairs of intents that are taken for each other more often than they are told apart, counting the examples of the two
 * that were taken for one of them. Meant for the report of a cross-validation.
 */
export function suggestMerges({ confusions, matrix }: IntentReport): DataWarning[] {
  const countOf = (expected: string, predicted: string): number =>
    matrix.counts[matrix.labels.indexOf(expected)]?.[matrix.labels.indexOf(predicted)] ?? 0;
  const pairs = confusions.flatMap(({ expected, predicted }) =>
    predicted === null || (expected > predicted && countOf(predicted, expected) > 0)
      ? []
      : [[expected, predicted] as const],
  );
  return pairs.flatMap(([a, b]) => {
    const confused = countOf(a, b) + countOf(b, a);
    const toldApart = countOf(a, a) + countOf(b, b);
    if (confused <= toldApart) return [];
    return warning(
      'merge-intents',
      `${a} and ${b} are taken for each other in ${confused} of ${confused + toldApart} cases; merge them or make ` +
        'their examples more different',
    );
  });
}

function warningOfPair(first: TrainingExample, second: TrainingExample, isSame: boolean): DataWarning {
  const where = first.place ? ` (${first.place.file}:${first.place.line})` : '';
  const other = `"${first.text}"${where}`;
  if (first.intent === second.intent)
    return warning('near-duplicate', `"${second.text}" adds little to ${other}, of the same intent`, second.place);
  return isSame
    ? warning(
        'two-intents',
        `"${second.text}" is an example of ${second.intent} and also of ${first.intent}: ${other}`,
        second.place,
      )
    : warning(
        'near-duplicate',
        `"${second.text}" of ${second.intent} is almost the same as ${other} of ${first.intent}`,
        second.place,
      );
}

function fewExamples(examples: readonly TrainingExample[], least: number): DataWarning[] {
  const byIntent = new Map<string, { count: number; place: Place | undefined }>();
  for (const { intent, place } of examples) {
    const known = byIntent.get(intent) ?? { count: 0, place };
    known.count++;
    byIntent.set(intent, known);
  }
  return [...byIntent]
    .filter(([, { count }]) => count < least)
    .map(([intent, { count, place }]) =>
      warning(
        'few-examples',
        `${intent} has ${count} ${count === 1 ? 'example' : 'examples'}; write at least ${least}`,
        place,
      ),
    );
}

const warning = (check: DataWarning['check'], message: string, place?: Place): DataWarning => ({
  level: 'warning',
  check,
  message,
  ...(place && { place }),
});
