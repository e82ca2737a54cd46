import { ANYTHING, LISTEN } from './action-names.js';
import { type DialogueState, keyOf } from './dialogue-state.js';
import { SHOULD_NOT_BE_SET } from './tracker-state.js';
import { type Decision } from './training-tracker.js';

/** What a rule says: in conversations that end like `states`, the newest last, this follows. */
export interface LearnedRule<Outcome> {
  key: string;
  states: DialogueState[];
  outcome: Outcome;
}
export type RuleLookup<Outcome> = Map<string, LearnedRule<Outcome>>;

/** What stories and rules show about answers that a loop did not take. */
export type LoopAdvice =
  /** The loop goes on after another question; it must not take the message as its own answer. */
  | 'do-not-validate'
  /** Something else than the loop follows, such as listening. */
  | 'do-not-run-loop';

/** The decisions of rules by the states that they look at. */
export function ruleLookup(decisions: readonly Decision[]): RuleLookup<string> {
  const lookup: RuleLookup<string> = new Map();
  for (const { states, action } of decisions) {
    const rule = learned(states, action);
    if (rule && action !== ANYTHING) lookup.set(rule.key, rule);
  }
  return lookup;
}

/** What is shown about loops that were interrupted, by the states that show it. */
export function loopAdvice(decisions: readonly Decision[]): RuleLookup<LoopAdvice> {
  const lookup: RuleLookup<LoopAdvice> = new Map();
  for (const { states, action } of decisions) {
    const last = states.at(-1)!;
    const loop = loopOf(last);
    if (!loop) continue;
    const isAnswered = last.prev_action?.action_name === LISTEN;
    const advice: LoopAdvice | undefined =
      isAnswered && action === loop
        ? 'do-not-validate'
        : !isAnswered && action !== loop
          ? 'do-not-run-loop'
          : undefined;
    const rule = advice && learned(lastTwo(states), advice);
    if (rule) lookup.set(rule.key, rule);
  }
  return lookup;
}

/** Name of the loop that runs in a state. */
export function loopOf(state: DialogueState | undefined): string | undefined {
  const name = state?.active_loop?.name;
  return name === SHOULD_NOT_BE_SET ? undefined : name;
}

// The question before the message matters, not what led to that question.
function lastTwo(states: DialogueState[]): DialogueState[] {
  const [before, last] = [states.at(-2), states.at(-1)!];
  return before?.prev_action ? [{ prev_action: before.prev_action }, last] : [last];
}

function learned<Outcome>(states: DialogueState[], outcome: Outcome): LearnedRule<Outcome> | undefined {
  const anything = states.findLastIndex((state) => state.prev_action?.action_name === ANYTHING);
  const relevant = states.slice(anything + 1);
  return relevant.length === 0 ? undefined : { key: keyOf(relevant), states: relevant, outcome };
}

/** The rules that apply to a conversation with these states. */
export function applicable<Outcome>(
  lookup: RuleLookup<Outcome>,
  states: readonly DialogueState[],
): LearnedRule<Outcome>[] {
  return [...lookup.values()].filter((rule) =>
    rule.states.every((wanted, index) => {
      const actual = states[states.length - rule.states.length + index];
      // A conversation that began within the rule satisfies the part of the rule before its beginning.
      return actual === undefined || isMet(wanted, actual);
    }),
  );
}

function isMet(wanted: DialogueState, actual: DialogueState): boolean {
  // Only the beginning of a conversation has no previous action.
  if (!wanted.prev_action || !actual.prev_action) return !wanted.prev_action && !actual.prev_action;
  return (
    isPartMet(wanted.prev_action, actual.prev_action) &&
    isPartMet(wanted.user, actual.user) &&
    isPartMet(wanted.active_loop, actual.active_loop) &&
    isPartMet(wanted.slots, actual.slots)
  );
}

function isPartMet(wanted: object = {}, actual: object = {}): boolean {
  const found = actual as Record<string, unknown>;
  return Object.entries(wanted).every(([name, value]) =>
    value === SHOULD_NOT_BE_SET
      ? found[name] === undefined || found[name] === SHOULD_NOT_BE_SET
      : JSON.stringify(found[name]) === JSON.stringify(value),
  );
}
