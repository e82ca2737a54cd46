import { type TracedAction } from '#dialogue-engine';
import { type ExplainedTurn } from './in-process-assistant.js';

type Trace = NonNullable<ExplainedTurn['trace']>;

/** The policy name of an action that was chosen without the policies. */
const FOLLOWUP = 'followup_action';

/**
 * Explains a turn in lines of text. First the intent and entities; then, for each action, the policy that decided it,
 * the rule or story, the confidence and the predictions of other policies; finally the slots.
 */
export function explanationOf({ intent, confidence, entities, actions, slots }: Trace): string[] {
  const filled = Object.entries(slots).filter(([, value]) => value !== null && value !== undefined);
  return [
    `understood ${intent ?? 'no intent'} (${figure(confidence ?? 0)})${entities.length > 0 ? ` with ${listed(entities.map(labelled))}` : ''}`,
    ...actions.flatMap(reasonsOf),
    ...(filled.length > 0 ? [`remembers ${listed(filled)}`] : []),
  ];
}

/** An entity with its role and group, such as `city#from`, and its value. */
const labelled = ({ entity, role, group, value }: Trace['entities'][number]) =>
  [[entity, role, group].filter((part) => part !== undefined).join('#'), value] as const;

function reasonsOf({
  name,
  policy,
  confidence,
  source,
  isRejected,
  opinions = [],
}: Trace['actions'][number]): string[] {
  if (policy === FOLLOWUP) return [`${name}, which follows automatically`];
  const others = opinions
    .filter((opinion) => opinion.policy !== policy && opinion.action !== null && opinion.confidence > 0)
    .map((opinion) => `    ${wishOf(opinion)}`);
  if (policy === 'none') return [`${name}, since no policy predicted an action`, ...others];
  const declined = isRejected ? ', but it declined' : '';
  return [`${name}, says ${policy} (${figure(confidence)})${reason(source)}${declined}`, ...others];
}

const wishOf = ({ policy, action, confidence, source }: NonNullable<TracedAction['opinions']>[number]): string =>
  `${policy} predicted ${action} (${figure(confidence)})${reason(source)}`;

/** The name of the rule, story or active loop. */
const reason = (source: string | null | undefined): string => (source ? `: ${source}` : '');

const listed = (pairs: readonly (readonly [string, unknown])[]): string =>
  pairs.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(', ');

const figure = (confidence: number): string => confidence.toFixed(2);
