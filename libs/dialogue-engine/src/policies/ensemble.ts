import { LISTEN } from '#assistant/model';
import { type Event } from '../tracker/event.js';
import { type Policy, type Prediction } from './prediction.js';
import { RulePolicy } from './rule-policy.js';
import { type Tracker } from '../tracker/tracker.js';

/** The prediction of one policy, for explanations. */
export interface Opinion {
  policy: string;
  /** Null: no prediction. */
  action: string | null;
  confidence: number;
  /** The rule or story behind it, or another reason. */
  source: string | null;
}

/** The next action, and the policy that chose it. */
export interface Choice {
  action: string;
  policy: string;
  confidence: number;
  source: string | null;
  isRuleOnly: boolean;
  isWithoutUser: boolean;
  /** Whether the text of the message decided it. */
  isEndToEnd: boolean;
  /** Events to record before the action. */
  events: Event[];
  /** The predictions of all policies that were asked, including the winner. */
  opinions: Opinion[];
  /** The scores of the winning policy, by action. */
  scores: ReadonlyMap<string, number>;
}

/**
 * Chooses between the policies' predictions. The order of precedence: independence from the user's message, then a
 * decision by its text, then higher confidence, then higher priority, then the order of the policies. An action that was
 * just rejected is excluded. Without any prediction, the assistant listens. Policies that can no longer win are asked only if `asksAll`.
 *
 * Differs from Rasa when a loop rejected a message and the policies would only listen, without a story or rule that
 * contains it: the loop then repeats its question, because otherwise it could accept no further answer.
 */
export function chooseAction(policies: readonly Policy[], tracker: Tracker, asksAll = false): Choice {
  const rejected = rejectedAction(tracker);
  const predictions = new Map<Policy, Prediction>();
  for (const policy of rulesFirst(policies)) {
    const prediction = without(rejected, policy.predict(tracker));
    predictions.set(policy, prediction);
    if (!asksAll && policy instanceof RulePolicy && isUnbeatable(prediction, policy, policies)) break;
  }
  const listed = policies.flatMap((policy) => predictions.get(policy) ?? []);
  const best = [...listed].sort(
    (a, b) =>
      Number(b.isWithoutUser && b.action !== null) - Number(a.isWithoutUser && a.action !== null) ||
      Number(b.isEndToEnd && b.action !== null) - Number(a.isEndToEnd && a.action !== null) ||
      b.confidence - a.confidence ||
      b.priority - a.priority,
  )[0];
  const choice: Choice = {
    action: best?.action && best.confidence > 0 ? best.action : LISTEN,
    policy: best?.policy ?? 'none',
    confidence: best?.confidence ?? 0,
    source: best?.source ?? null,
    isRuleOnly: best?.isRuleOnly ?? false,
    isWithoutUser: best?.isWithoutUser ?? false,
    isEndToEnd: best?.isEndToEnd ?? false,
    events: listed.flatMap(({ events }) => events),
    opinions: listed.map(({ policy, action, confidence, source }) => ({ policy, action, confidence, source })),
    scores: best?.scores ?? new Map(best?.action ? [[best.action, best.confidence]] : []),
  };
  const loop = tracker.activeLoop;
  const isStuck = choice.action === LISTEN && loop?.rejected === true && !isListeningShown(policies, tracker);
  if (!isStuck) return choice;
  const source = `${loop.name} asks again, since nothing shows that it waits here`;
  return { ...choice, action: loop.name, source, events: [{ event: 'loop_interrupted', is_interrupted: true }] };
}

const rulesFirst = (policies: readonly Policy[]): Policy[] => [
  ...policies.filter((policy) => policy instanceof RulePolicy),
  ...policies.filter((policy) => !(policy instanceof RulePolicy)),
];

function without(rejected: string | null, prediction: Prediction): Prediction {
  if (rejected === null) return prediction;
  const scores = prediction.scores && new Map([...prediction.scores].filter(([action]) => action !== rejected));
  const rest: Prediction = { ...prediction, ...(scores && { scores }) };
  if (prediction.action !== rejected) return rest;
  // A policy with scores has a second choice.
  const [second, confidence] = [...(scores ?? [])].sort(([, a], [, b]) => b - a)[0] ?? [null, 0];
  return { ...rest, action: second, confidence, source: null };
}

/** Rules usually have the highest priority: when they are certain, no other policy needs to be asked. */
const isUnbeatable = (prediction: Prediction, policy: Policy, all: readonly Policy[]): boolean =>
  prediction.action !== null &&
  (prediction.isWithoutUser ||
    (prediction.confidence === 1 &&
      all.every((other) => other === policy || (other.priority < policy.priority && !other.knowsTexts))));

function rejectedAction(tracker: Tracker): string | null {
  const latest = tracker.latestActionEvent;
  return latest?.event === 'action_execution_rejected' ? latest.name : null;
}

const isListeningShown = (policies: readonly Policy[], tracker: Tracker): boolean =>
  policies.some((policy) => policy instanceof RulePolicy && policy.showsLeavingLoop(tracker));
