import { LISTEN } from '#assistant/model';
import { type Event } from '../tracker/event.js';
import { type Policy, type Prediction } from './prediction.js';
import { RulePolicy } from './rule-policy.js';
import { type Tracker } from '../tracker/tracker.js';

/** What one policy wanted, for a person who asks why. */
export interface Opinion {
  policy: string;
  /** Null: none. */
  action: string | null;
  confidence: number;
  /** The rule or story that says so, or what goes on. */
  source: string | null;
}

/** The next action, and who says so. */
export interface Choice {
  action: string;
  policy: string;
  confidence: number;
  source: string | null;
  isRuleOnly: boolean;
  isWithoutUser: boolean;
  /** Decided by the text of the message. */
  isEndToEnd: boolean;
  /** To be recorded before the action. */
  events: Event[];
  /** Of all policies that were asked, the winner's included. */
  opinions: Opinion[];
  /** Of the winning policy, by action. */
  scores: ReadonlyMap<string, number>;
}

/**
 * Chooses between the policies: what does not depend on the user's message wins, then what is decided by its text, then
 * the higher confidence, then the higher priority, then the policy listed first. An action that was just rejected is
 * out. Nobody has an opinion: listen. Policies that cannot win any more are asked only if `asksAll`.
 *
 * Differs from Rasa where a loop rejected a message and the policies would just listen without a story or rule that
 * shows it: there the loop asks again, since it could take no further answer otherwise.
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

/** Rules have the highest priority as a rule: when they are certain, nobody else needs to be asked. */
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
