import { LISTEN } from './action-names.js';
import { type Event } from './event.js';
import { type Policy, type Prediction } from './prediction.js';
import { RulePolicy } from './rule-policy.js';
import { type Tracker } from './tracker.js';

/** The next action, and who says so. */
export interface Choice {
  action: string;
  policy: string;
  confidence: number;
  isRuleOnly: boolean;
  isWithoutUser: boolean;
  /** To be recorded before the action. */
  events: Event[];
}

/**
 * Chooses between the policies: what does not depend on the user's message wins, then the higher confidence, then the
 * higher priority, then the policy listed first. An action that was just rejected is out. Nobody has an opinion:
 * listen.
 *
 * Differs from Rasa where a loop rejected a message and the policies would just listen without a story or rule that
 * shows it: there the loop asks again, since it could take no further answer otherwise.
 */
export function chooseAction(policies: readonly Policy[], tracker: Tracker): Choice {
  const rejected = rejectedAction(tracker);
  const predictions: Prediction[] = [];
  for (const policy of rulesFirst(policies)) {
    const prediction = policy.predict(tracker);
    const isOut = prediction.action === rejected;
    predictions.push(isOut ? { ...prediction, action: null, confidence: 0 } : prediction);
    // Rules have the highest priority: when they are certain, nobody else needs to be asked.
    if (policy instanceof RulePolicy && prediction.confidence === 1 && !isOut) break;
  }
  const best = [...predictions].sort(
    (a, b) =>
      Number(b.isWithoutUser && b.action !== null) - Number(a.isWithoutUser && a.action !== null) ||
      b.confidence - a.confidence ||
      b.priority - a.priority,
  )[0];
  const events = predictions.flatMap((prediction) => prediction.events);
  const action = best?.action && best.confidence > 0 ? best.action : LISTEN;
  const choice = { action, ...describe(best), events };
  const loop = tracker.activeLoop;
  const isStuck = action === LISTEN && loop?.rejected === true && !isListeningShown(policies, tracker);
  if (!isStuck) return choice;
  return { ...choice, action: loop.name, events: [{ event: 'loop_interrupted', is_interrupted: true }] };
}

const rulesFirst = (policies: readonly Policy[]): Policy[] => [
  ...policies.filter((policy) => policy instanceof RulePolicy),
  ...policies.filter((policy) => !(policy instanceof RulePolicy)),
];

const describe = (best: Prediction | undefined) => ({
  policy: best?.policy ?? 'none',
  confidence: best?.confidence ?? 0,
  isRuleOnly: best?.isRuleOnly ?? false,
  isWithoutUser: best?.isWithoutUser ?? false,
});

function rejectedAction(tracker: Tracker): string | null {
  const latest = tracker.latestActionEvent;
  return latest?.event === 'action_execution_rejected' ? latest.name : null;
}

const isListeningShown = (policies: readonly Policy[], tracker: Tracker): boolean =>
  policies.some((policy) => policy instanceof RulePolicy && policy.showsLeavingLoop(tracker));
