import { type Domain } from '#assistant';
import { BACK, DEFAULT_FALLBACK, LISTEN, RESTART, SESSION_START } from './action-names.js';
import { dialogueStates, type RuleOnly } from './dialogue-state.js';
import { type Policy, type Prediction, type Situation } from './prediction.js';
import { applicable, loopAdvice, loopOf, type LoopAdvice, ruleLookup, type RuleLookup } from './rule-lookup.js';
import { type Tracker } from './tracker.js';
import { SHOULD_NOT_BE_SET } from './tracker-state.js';
import { decisionsOf, type TrainingTracker } from './training-tracker.js';

/** Options by Rasa's meaning, defaults of its code. */
export interface RulePolicyOptions {
  /** 0.3 */
  fallbackThreshold: number;
  /** `action_default_fallback` */
  fallbackAction: string;
  /** true */
  isFallbackEnabled: boolean;
}

const ACTION_OF_INTENT: Record<string, string> = { restart: RESTART, back: BACK, session_start: SESSION_START };
const PRIORITY = 4;

/** What the rules decide, and by which of them: a rule's key, `default:<intent>` or `loop:<name>:<action>`. */
export interface RuleDecision {
  action: string | null;
  source: string | null;
  isWithoutUser: boolean;
  /** The loop runs next, but must not take the message as its answer. */
  isReturning: boolean;
}

/** Decides by rules, and keeps loops running. */
export class RulePolicy implements Policy {
  static readonly policyName = 'RulePolicy';
  private readonly rules: RuleLookup<string>;
  private readonly advice: RuleLookup<LoopAdvice>;
  /** States that the longest rule looks at. */
  private readonly longestRule: number;
  /** Sources of decisions that no story shows; set by the consistency check. */
  sourcesNotInStories: ReadonlySet<string> = new Set();
  /** What appears in rules and in no story. */
  readonly ruleOnly: RuleOnly;

  constructor(
    private readonly domain: Domain,
    private readonly options: RulePolicyOptions,
    rules: readonly TrainingTracker[],
    stories: readonly TrainingTracker[],
  ) {
    const ruleDecisions = rules.flatMap((tracker) => decisionsOf(tracker, domain));
    const shown = [...ruleDecisions, ...stories.flatMap((tracker) => decisionsOf(tracker, domain))];
    this.rules = ruleLookup(ruleDecisions.filter(isLearnable));
    this.advice = loopAdvice(shown.filter(isLearnable));
    const lengths = [...this.rules.values(), ...this.advice.values()].map((rule) => rule.states.length);
    this.longestRule = Math.max(1, ...lengths);
    this.ruleOnly = {
      slots: difference(slotsIn(rules), slotsIn(stories)),
      loops: difference(loopsIn(rules), loopsIn(stories)),
    };
  }

  predict(tracker: Tracker): Prediction {
    const { state } = tracker;
    const states = this.statesOf(tracker);
    const decision = this.decide({ state, states });
    const fallback = this.options.isFallbackEnabled ? this.options.fallbackAction : null;
    return {
      policy: RulePolicy.policyName,
      action: decision.action ?? fallback,
      confidence: decision.action ? 1 : fallback ? this.options.fallbackThreshold : 0,
      priority: PRIORITY,
      isWithoutUser: decision.isWithoutUser,
      isRuleOnly: decision.source !== null && this.sourcesNotInStories.has(decision.source),
      events: decision.isReturning ? [{ event: 'loop_interrupted', is_interrupted: true }] : [],
    };
  }

  /** What the rules say, without the fallback. */
  decide({ state, states }: Situation): RuleDecision {
    const none: RuleDecision = { action: null, source: null, isWithoutUser: false, isReturning: false };
    const intent = state.latestMessage?.intent.name;
    const mapped = intent && state.latestAction === LISTEN ? ACTION_OF_INTENT[intent] : undefined;
    if (mapped) return { ...none, action: mapped, source: `default:${intent}` };

    const loop = loopName(state);
    if (loop && !state.activeLoop?.rejected && state.latestAction !== null) {
      const action = state.latestAction === loop ? LISTEN : loop;
      return { ...none, action, source: `loop:${loop}:${action}`, isWithoutUser: true };
    }

    const rule = applicable(this.rules, states).reduce<{ key: string; outcome: string; states: typeof states } | null>(
      (best, candidate) => (best && best.key.length >= candidate.key.length ? best : candidate),
      null,
    );
    if (!loop) return { ...none, action: rule?.outcome ?? null, source: rule?.key ?? null };
    return this.decideInLoop(loop, rule, { state, states });
  }

  private decideInLoop(
    loop: string,
    rule: { key: string; outcome: string; states: Situation['states'] } | null,
    situation: Situation,
  ): RuleDecision {
    const advice = applicable(this.advice, situation.states).map(({ outcome }) => outcome);
    const isReturning = advice.includes('do-not-validate');
    const isGeneralListen = rule?.outcome === LISTEN && !loopOf(rule.states.at(-1));
    if (isGeneralListen) {
      if (!advice.includes('do-not-run-loop'))
        return { action: loop, source: `loop:${loop}:again`, isWithoutUser: false, isReturning: false };
      return { action: null, source: null, isWithoutUser: false, isReturning };
    }
    return { action: rule?.outcome ?? null, source: rule?.key ?? null, isWithoutUser: false, isReturning };
  }

  /** Whether a story or rule shows that something else than the running loop follows here, such as listening. */
  showsLeavingLoop(tracker: Tracker): boolean {
    return applicable(this.advice, this.statesOf(tracker)).some(({ outcome }) => outcome === 'do-not-run-loop');
  }

  private statesOf({ stateBeforeEvents, decisive }: Tracker): Situation['states'] {
    return dialogueStates(stateBeforeEvents, decisive, this.domain, this.longestRule);
  }
}

const isLearnable = ({ isPredictable }: { isPredictable: boolean }): boolean => isPredictable;

const loopName = ({ activeLoop }: Situation['state']): string | null =>
  activeLoop === null || activeLoop.name === SHOULD_NOT_BE_SET ? null : activeLoop.name;

const difference = (all: Set<string>, known: Set<string>): Set<string> =>
  new Set([...all].filter((name) => !known.has(name)));

const slotsIn = (trackers: readonly TrainingTracker[]): Set<string> =>
  new Set(trackers.flatMap(({ events }) => events.flatMap((event) => (event.event === 'slot' ? [event.name] : []))));

const loopsIn = (trackers: readonly TrainingTracker[]): Set<string> =>
  new Set(
    trackers.flatMap(({ events }) =>
      events.flatMap((event) => (event.event === 'active_loop' && event.name !== null ? [event.name] : [])),
    ),
  );

/** Reads the options of a `RulePolicy` entry of `config.yml`. */
export function rulePolicyOptions(options: Record<string, unknown>): RulePolicyOptions {
  const { core_fallback_threshold: threshold, core_fallback_action_name: action, enable_fallback_prediction } = options;
  return {
    fallbackThreshold: typeof threshold === 'number' ? threshold : 0.3,
    fallbackAction: typeof action === 'string' ? action : DEFAULT_FALLBACK,
    isFallbackEnabled: enable_fallback_prediction !== false,
  };
}
