import { type Judgement, hasFailed, isWrong, type StoryRun } from './run-story.js';

/** Precision, recall and F1 of one label, by the names that Rasa's reports have; of nothing they are 0. */
interface LabelScores {
  precision: number;
  recall: number;
  'f1-score': number;
  support: number;
}

/** What the test stories add up to. */
export interface StoryReport {
  /** By label: actions, and with texts intents and entities. */
  labels: Map<string, LabelScores>;
  /** Share of all comparisons that are right. */
  accuracy: number;
  conversations: { total: number; correct: number };
  /** `counts[expected][predicted]`, both in the order of the sorted labels. */
  matrix: { labels: string[]; counts: number[][] };
}

/** Counts what was expected and predicted in all stories. */
export function reportStories(runs: readonly StoryRun[]): StoryReport {
  const judgements = runs.flatMap((run) => run.judgements);
  const labels = [...new Set(judgements.flatMap(({ expected, predicted }) => [expected, predicted]))].sort();
  const at = new Map(labels.map((label, index) => [label, index]));
  const counts = labels.map(() => labels.map(() => 0));
  for (const { expected, predicted } of judgements) counts[at.get(expected)!]![at.get(predicted)!]! += 1;
  const scores = labels.map((_, index) => {
    const support = sum(counts[index]!);
    return scoresOf(counts[index]![index]!, sum(counts.map((row) => row[index]!)), support);
  });
  return {
    labels: new Map(labels.map((label, index) => [label, scores[index]!])),
    accuracy: ratio(judgements.filter((each: Judgement) => !isWrong(each)).length, judgements.length),
    conversations: { total: runs.length, correct: runs.filter((run) => !hasFailed(run)).length },
    matrix: { labels, counts },
  };
}

/** `story_report.json` as Rasa writes it. */
export function rasaStoryReport({ labels, accuracy, conversations }: StoryReport): Record<string, unknown> {
  const scores = [...labels.values()];
  const support = sum(scores.map((each) => each.support));
  const average = (weightOf: (each: LabelScores) => number): LabelScores => {
    const whole = sum(scores.map(weightOf));
    const figure = (name: keyof LabelScores): number =>
      ratio(sum(scores.map((each) => each[name] * weightOf(each))), whole);
    return { precision: figure('precision'), recall: figure('recall'), 'f1-score': figure('f1-score'), support };
  };
  const { correct, total } = conversations;
  return {
    ...Object.fromEntries(labels),
    accuracy,
    'macro avg': average(() => 1),
    'weighted avg': average((each) => each.support),
    conversation_accuracy: { accuracy: ratio(correct, total), correct, with_warnings: 0, total },
  };
}

const scoresOf = (right: number, found: number, support: number): LabelScores => ({
  precision: ratio(right, found),
  recall: ratio(right, support),
  'f1-score': ratio(2 * right, found + support),
  support,
});

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
