import { percent } from '../test-nlu/test-nlu-view.js';
import { hasFailed, isWrong, type Judgement, type StoryRun } from '#training';
import { type StoryReport } from '#training';

const PLURALS = { action: 'actions', intent: 'intents', entity: 'entities' };

/** Formats the results of test stories for a terminal: the failed stories with their differences, then the figures. */
export function summaryOf(runs: readonly StoryRun[], { accuracy, conversations }: StoryReport): string {
  const failures = runs.filter(hasFailed).flatMap((run) => ['', ...failureLines(run)]);
  const { correct, total } = conversations;
  const judgements = runs.flatMap((run) => run.judgements);
  const of = (kind: Judgement['kind']): string[] => {
    const judged = judgements.filter((each) => each.kind === kind);
    const right = judged.filter((each) => !isWrong(each)).length;
    return judged.length === 0 ? [] : [`  ${PLURALS[kind].padEnd(13)}  ${right} of ${judged.length} right`];
  };
  return [
    ...failures,
    '',
    `  conversations  ${correct} of ${total} right (${percent(total === 0 ? 0 : correct / total)})`,
    ...of('action'),
    ...of('intent'),
    ...of('entity'),
    `  accuracy       ${percent(accuracy)}`,
  ].join('\n');
}

function failureLines({ name, judgements }: StoryRun): string[] {
  return [`  ✗ ${name}`, ...judgements.filter(isWrong).map((judgement) => `      ${lineOf(judgement)}`)];
}

function lineOf({ step, expected, predicted, policy, confidence, source }: Judgement): string {
  const place = step?.place ? `${step.place.file}:${step.place.line}  ` : '';
  const certainty = confidence === undefined ? '' : ` ${confidence.toFixed(2)}`;
  const why = policy === undefined ? '' : ` (${policy}${certainty}${source ? `, ${source}` : ''})`;
  return `${place}expected ${expected}, predicted ${predicted}${why}`;
}
