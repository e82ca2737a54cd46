import { type Domain } from '#assistant/model';
import { BACK, DEFAULT_FALLBACK, LISTEN, RESTART, SESSION_START } from '#assistant/model';
import { dialogueStates, type DialogueState, type RuleOnly, withTextOf } from '../tracker/dialogue-state.js';
import { type Policy, type Prediction, type Situation } from './prediction.js';
import { type LearnedRule, loopAdvice, loopOf, type LoopAdvice, ruleLookup, type RuleLookup } from './rule-lookup.js';
import { type Tracker } from '../tracker/tracker.js';
import { SHOULD_NOT_BE_SET } from '../tracker/tracker-state.js';
import { type TrainingTracker } from '../stories/training-tracker.js';

/** Options with Rasa's meaning and defaults. */
export interface RulePolicyOptions {
  /** 0.3 */
  fallbackThreshold: number;
  /** `action_default_fallback` */
  fallbackAction: string;
  /** true */
  isFallbackEnabled: boolean;
  /** 4 */
  priority: number;
}

const ACTION_OF_INTENT: Record<string, string> = { restart: RESTART, back: BACK, session_start: SESSION_START };

/** The rules' decision and its source: a rule's key, `default:<intent>` or `loop:<name>:<action>`. */
export interface RuleDecision {
  action: string | null;
  source: string | null;
  /** The source in words. */
  reason: string | null;
  isWithoutUser: boolean;
  isEndToEnd: boolean;
  /** The loop runs next, but must not treat the message as its answer. */
  isReturning: boolean;
}

const UNDECIDED: RuleDecision = {
  action: null,
  source: null,
  reason: null,
  isWithoutUser: false,
  isEndToEnd: false,
  isReturning: false,
};

/** Decides by rules, and keeps loops running. */
export class RulePolicy implements Policy {
  static readonly policyName = 'RulePolicy';
  readonly priority: number;
  readonly knowsTexts: boolean;
  private readonly rules: RuleLookup<string>;
  private readonly advice: RuleLookup<LoopAdvice>;
  /** Number of states of the longest rule. */
  private readonly longestRule: number;
  /** Sources of decisions that no story contains; set by the consistency check. */
  sourcesNotInStories: ReadonlySet<string> = new Set();
  /** What occurs in rules but in no story. */
  readonly ruleOnly: RuleOnly;

  constructor(
    private readonly domain: Domain,
    private readonly options: RulePolicyOptions,
    rules: readonly TrainingTracker[],
    stories: readonly TrainingTracker[],
  ) {
    const ruleDecisions = rules.flatMap(({ decisions }) => decisions);
    const shown = [...ruleDecisions, ...stories.flatMap(({ decisions }) => decisions)];
    this.rules = ruleLookup(ruleDecisions.filter(isLearnable));
    this.advice = loopAdvice(shown.filter(isLearnable));
    this.longestRule = Math.max(1, this.rules.longest, this.advice.longest);
    this.priority = options.priority;
    this.knowsTexts = ruleDecisions.some(({ state }) => state.isReadAsText);
    this.ruleOnly = {
      slots: difference(slotsIn(rules), slotsIn(stories)),
      loops: difference(loopsIn(rules), loopsIn(stories)),
    };
  }

  predict(tracker: Tracker): Prediction {
    const { state } = tracker;
    const states = this.statesOf(tracker);
    const textStates = this.knowsTexts ? withTextOf(state, states) : undefined;
    const decision = this.decide({ state, states, textStates });
    const fallback = this.options.isFallbackEnabled ? this.options.fallbackAction : null;
    return {
      policy: RulePolicy.policyName,
      action: decision.action ?? fallback,
      confidence: decision.action ? 1 : fallback ? this.options.fallbackThreshold : 0,
      priority: this.priority,
      isWithoutUser: decision.isWithoutUser,
      isEndToEnd: decision.isEndToEnd,
      source: decision.action ? decision.reason : fallback && 'nothing else is certain enough',
      isRuleOnly: decision.source !== null && this.sourcesNotInStories.has(decision.source),
      events: decision.isReturning ? [{ event: 'loop_interrupted', is_interrupted: true }] : [],
    };
  }

  /** The decision of the rules, without the fallback. */
  decide({ state, states, textStates }: Situation): RuleDecision {
    const textRule = textStates && this.ruleFor(textStates, (rule) => 'text' in (rule.states.at(-1)?.user ?? {}));
    const intent = state.latestMessage?.intent.name;
    const mapped = intent && state.latestAction === LISTEN ? ACTION_OF_INTENT[intent] : undefined;
    if (mapped && !textRule)
      return { ...UNDECIDED, action: mapped, source: `default:${intent}`, reason: `built-in answer to ${intent}` };

    const loop = loopName(state);
    if (loop && !state.activeLoop?.rejected && state.latestAction !== null) {
      const action = state.latestAction === loop ? LISTEN : loop;
      const reason = `${loop} is running`;
      return { ...UNDECIDED, action, source: `loop:${loop}:${action}`, reason, isWithoutUser: true };
    }

    const rule = textRule ?? this.ruleFor(states);
    const decision: RuleDecision = rule
      ? { ...UNDECIDED, action: rule.outcome, source: rule.key, reason: rule.name, isEndToEnd: rule === textRule }
      : UNDECIDED;
    return loop ? this.decideInLoop(loop, rule, decision, states) : decision;
  }

  /** The most specific rule that applies. */
  private ruleFor(
    states: DialogueState[],
    isWanted: (rule: LearnedRule<string>) => boolean = () => true,
  ): LearnedRule<string> | undefined {
    let best: LearnedRule<string> | undefined;
    for (const rule of this.rules.applicable(states))
      if (isWanted(rule) && (!best || rule.key.length > best.key.length)) best = rule;
    return best;
  }

  private decideInLoop(
    loop: string,
    rule: LearnedRule<string> | undefined,
    decision: RuleDecision,
    states: DialogueState[],
  ): RuleDecision {
    const advice = this.advice.applicable(states).map(({ outcome }) => outcome);
    const isReturning = advice.includes('do-not-validate');
    const isGeneralListen = rule?.outcome === LISTEN && !loopOf(rule.states.at(-1));
    if (isGeneralListen) {
      if (!advice.includes('do-not-run-loop'))
        return { ...UNDECIDED, action: loop, source: `loop:${loop}:again`, reason: `${loop} asks again` };
      return { ...UNDECIDED, isReturning };
    }
    return { ...decision, isReturning };
  }

  /** Whether a story or rule continues here with something other than the running loop, such as listening. */
  showsLeavingLoop(tracker: Tracker): boolean {
    return this.advice.applicable(this.statesOf(tracker)).some(({ outcome }) => outcome === 'do-not-run-loop');
  }

  private statesOf({ course }: Tracker): Situation['states'] {
    return dialogueStates(course, this.domain, this.longestRule);
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
  const { core_fallback_threshold: threshold, core_fallback_action_name: action, priority } = options;
  return {
    fallbackThreshold: typeof threshold === 'number' ? threshold : 0.3,
    fallbackAction: typeof action === 'string' ? action : DEFAULT_FALLBACK,
    isFallbackEnabled: options.enable_fallback_prediction !== false,
    priority: typeof priority === 'number' ? priority : 4,
  };
}
