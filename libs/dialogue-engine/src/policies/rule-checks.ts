import { type Domain, type Finding } from '#assistant/model';
import { ANYTHING, LISTEN } from '#assistant/model';
import { dialogueStateOf } from '../tracker/dialogue-state.js';
import { type RuleDecision, type RulePolicy } from './rule-policy.js';
import { SHOULD_NOT_BE_SET } from '../tracker/tracker-state.js';
import { type Decision, type TrainingTracker } from '../stories/training-tracker.js';

/**
 * Replays every rule and story against the rules. Reports rules and stories that a rule contradicts, and records in the
 * policy which decisions no story contains.
 */
export function checkContradictions(
  policy: RulePolicy,
  rules: readonly TrainingTracker[],
  stories: readonly TrainingTracker[],
): Finding[] {
  const sources = new Map<string, { name: string; action: string }[]>();
  const replays = [...rules, ...stories].map((tracker) => ({ tracker, replayed: replay(policy, tracker) }));
  for (const { tracker, replayed } of replays)
    for (const { source, decision } of tracker.isRule ? replayed : [])
      if (source) {
        const known = sources.get(source) ?? [];
        sources.set(source, known);
        known.push({ name: tracker.name, action: decision.action });
      }

  const usedInStories = new Set<string>();
  const findings = replays.flatMap(({ tracker, replayed }) =>
    replayed.flatMap(({ source, action, decision }) => {
      if (action === null || source === null) return [];
      if (action === decision.action) {
        if (!tracker.isRule) usedInStories.add(source);
        return [];
      }
      const others = new Set(
        (sources.get(source) ?? [])
          .filter(({ name, action: other }) => name !== tracker.name && other !== decision.action)
          .map(({ name }) => `rule "${name}"`),
      );
      if (source.startsWith('default:')) others.add('the built-in answer to this intent');
      return others.size === 0 ? [] : [contradiction(tracker, decision.action, action, [...others])];
    }),
  );
  policy.sourcesNotInStories = new Set([...sources.keys()].filter((source) => !usedInStories.has(source)));
  return findings;
}

function contradiction(tracker: TrainingTracker, action: string, other: string, others: string[]): Finding {
  const kind = tracker.isRule ? 'Rule' : 'Story';
  const message = `${kind} "${tracker.name}" goes on with "${action}" where ${others.join(' and ')} wants "${other}". Change one of them.`;
  return { level: 'error', message, ...(tracker.place && { place: tracker.place }) };
}

/** The policy's decisions at each point of a tracker where it can be asked. */
function replay(policy: RulePolicy, { decisions }: TrainingTracker): (RuleDecision & { decision: Decision })[] {
  let isRejected = false;
  return decisions
    .slice(1)
    .filter(({ isPredictable }) => isPredictable)
    .map((decision) => {
      const loop = decision.state.activeLoop;
      if (decision.state.latestAction === LISTEN || decision.state.latestAction === loop?.name) isRejected = false;
      const decide = () =>
        policy.decide({
          states: decision.states,
          state: loop && isRejected ? { ...decision.state, activeLoop: { ...loop, rejected: true } } : decision.state,
        });
      let decided = decide();
      // Inside a loop the loop continues, unless it rejects the message; then the next step counts.
      if (loop && decided.action === loop.name && decision.action !== loop.name && !isRejected) {
        isRejected = true;
        decided = decide();
      }
      return { ...decided, decision };
    });
}

/**
 * Reports rules in which an action is not followed by the loop or slot changes that follow it in other rules. Such a
 * rule would never apply in a real conversation.
 */
export function checkCompleteness(rules: readonly TrainingTracker[], domain: Domain): Finding[] {
  const effects = effectsOfActions(rules, domain);
  return rules.flatMap((rule) =>
    statesAfterActions(rule, domain).flatMap(({ action, slots, loop }) => {
      const effect = effects.get(action);
      if (!effect) return [];
      const missing = [...effect.slots].filter((slot) => !slots.has(slot)).map((slot) => `slot_was_set "${slot}"`);
      if (effect.loops.size > 0 && !effect.loops.has(loop)) missing.push('active_loop');
      if (missing.length === 0) return [];
      const message = `Rule "${rule.name}" leaves out ${missing.join(' and ')} after "${action}", which other rules show there. Add the step.`;
      return [{ level: 'error' as const, message, ...(rule.place && { place: rule.place }) }];
    }),
  );
}

interface Effects {
  slots: Set<string>;
  loops: Set<string>;
}

function effectsOfActions(rules: readonly TrainingTracker[], domain: Domain): Map<string, Effects> {
  const effects = new Map<string, Effects>();
  for (const { events } of rules) {
    let action: string | null = null;
    for (const event of events) {
      if (event.event === 'action') action = event.name;
      else if (event.event === 'user') action = null;
      else if (action !== null && action !== ANYTHING && action !== LISTEN) {
        const known: Effects = effects.get(action) ?? { slots: new Set(), loops: new Set() };
        if (event.event === 'slot' && domain.slots[event.name]?.influencesConversation) known.slots.add(event.name);
        if (event.event === 'active_loop') known.loops.add(event.name ?? SHOULD_NOT_BE_SET);
        effects.set(action, known);
      }
    }
  }
  return effects;
}

/** The states at the step after each action; the last action of a rule has none. */
function statesAfterActions(rule: TrainingTracker, domain: Domain) {
  return rule.decisions.flatMap(({ action: next, state }) => {
    const { latestAction } = state;
    if (next === ANYTHING || latestAction === null) return [];
    const { slots = {}, active_loop } = dialogueStateOf(state, domain, true);
    return [{ action: latestAction, slots: new Set(Object.keys(slots)), loop: active_loop?.name ?? 'none' }];
  });
}
