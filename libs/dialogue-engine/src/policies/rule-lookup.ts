import { ANYTHING, LISTEN } from '#assistant/model';
import { type DialogueState, keyOf } from '../tracker/dialogue-state.js';
import { SHOULD_NOT_BE_SET } from '../tracker/tracker-state.js';
import { type Decision } from '../stories/training-tracker.js';

/** A learned rule: after conversations that end with `states`, newest last, this outcome follows. */
export interface LearnedRule<Outcome> {
  /** The name of the first rule or story with it. */
  name: string;
  key: string;
  states: DialogueState[];
  outcome: Outcome;
}

/** Learned rules, indexed by the newest state that they require, so that a lookup does not depend on their number. */
export class RuleLookup<Outcome> {
  private readonly byKey = new Map<string, LearnedRule<Outcome>>();
  private readonly byLatest = new Map<string, LearnedRule<Outcome>[]>();
  /** Number of states of the longest rule. */
  longest = 0;

  constructor(rules: readonly LearnedRule<Outcome>[]) {
    // Of rules with the same key, the last one counts.
    for (const rule of rules) this.byKey.set(rule.key, { ...rule, name: this.byKey.get(rule.key)?.name ?? rule.name });
    for (const rule of this.byKey.values()) {
      const place = placeOf(rule.states.at(-1)!);
      this.byLatest.set(place, [...(this.byLatest.get(place) ?? []), rule]);
      this.longest = Math.max(this.longest, rule.states.length);
    }
  }

  /** The rules that apply to a conversation with these states. */
  applicable(states: readonly DialogueState[]): LearnedRule<Outcome>[] {
    const latest = states.at(-1);
    if (!latest) return [];
    const { user: _user, ...withoutUser } = latest;
    const [place, silent] = [placeOf(latest), placeOf(withoutUser)];
    const candidates = [this.byLatest.get(place), place === silent ? undefined : this.byLatest.get(silent)];
    return candidates.flatMap((rules) => rules?.filter((rule) => isShown(rule.states, states)) ?? []);
  }
}

/** The index key that a state and the rules requiring it share: the previous action and the message. */
const placeOf = ({ prev_action, user }: Pick<DialogueState, 'prev_action' | 'user'>): string =>
  `${prev_action?.action_name ?? ''}\n${user ? ('text' in user ? user.text : user.intent) : ''}`;

const isShown = (wanted: readonly DialogueState[], states: readonly DialogueState[]): boolean =>
  wanted.every((state, index) => {
    const actual = states[states.length - wanted.length + index];
    // A conversation that began within the rule satisfies the part of the rule before that beginning.
    return actual === undefined || isMet(state, actual);
  });

/** What stories and rules contain about answers that a loop rejected. */
export type LoopAdvice =
  /** The loop continues after another question; it must not treat the message as its own answer. */
  | 'do-not-validate'
  /** Something else than the loop follows, such as listening. */
  | 'do-not-run-loop';

/** The decisions of rules, indexed by their states. */
export function ruleLookup(decisions: readonly Decision[]): RuleLookup<string> {
  return new RuleLookup(
    decisions
      .filter(({ action }) => action !== ANYTHING)
      .flatMap(({ name, states, action }) => learned(name, states, action)),
  );
}

/** Advice about interrupted loops, indexed by states. */
export function loopAdvice(decisions: readonly Decision[]): RuleLookup<LoopAdvice> {
  const advices = decisions.flatMap(({ name, states, action }): LearnedRule<LoopAdvice>[] => {
    const last = states.at(-1)!;
    const loop = loopOf(last);
    if (!loop) return [];
    const isAnswered = last.prev_action?.action_name === LISTEN;
    const advice: LoopAdvice | undefined =
      isAnswered && action === loop
        ? 'do-not-validate'
        : !isAnswered && action !== loop
          ? 'do-not-run-loop'
          : undefined;
    return advice ? learned(name, lastTwo(states), advice) : [];
  });
  return new RuleLookup(advices);
}

/** Name of the loop that runs in a state. */
export function loopOf(state: DialogueState | undefined): string | undefined {
  const name = state?.active_loop?.name;
  return name === SHOULD_NOT_BE_SET ? undefined : name;
}

// Only the question before the message matters, not the steps before that question.
function lastTwo(states: DialogueState[]): DialogueState[] {
  const [before, last] = [states.at(-2), states.at(-1)!];
  return before?.prev_action ? [{ prev_action: before.prev_action }, last] : [last];
}

function learned<Outcome>(name: string, states: DialogueState[], outcome: Outcome): LearnedRule<Outcome>[] {
  const anything = states.findLastIndex((state) => state.prev_action?.action_name === ANYTHING);
  const relevant = states.slice(anything + 1);
  return relevant.length === 0 ? [] : [{ name, key: keyOf(relevant), states: relevant, outcome }];
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
      : found[name] === value || (typeof value === 'object' && JSON.stringify(found[name]) === JSON.stringify(value)),
  );
}
