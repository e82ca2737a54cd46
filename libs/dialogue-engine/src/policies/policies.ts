import { type Assistant, type Finding } from '#assistant/model';
import { checkAssistant, InvalidAssistant } from '../stories/assistant-check.js';
import { type RuleOnly } from '../tracker/dialogue-state.js';
import { memoizationOptions, MemoizationPolicy } from './memoization-policy.js';
import { type Policy } from './prediction.js';
import { checkCompleteness, checkContradictions } from './rule-checks.js';
import { RulePolicy, rulePolicyOptions } from './rule-policy.js';
import { SequencePolicy, sequencePolicyOptions } from './sequence-policy.js';
import { isLearned, learnedModels, type TrainedPolicies } from './trained-policies.js';
import { ruleTrackers, storyTrackers, type TrainingTracker } from '../stories/training-tracker.js';

/**
 * Something of an assistant that does not work as it is written. A note says what of Rasa's has another form here, which
 * is no fault of the project; a warning is something to look at.
 */
export interface Notice {
  level: 'note' | 'warning';
  message: string;
}

/** The policies of an assistant, having learned its rules and stories. */
export interface LearnedPolicies {
  policies: Policy[];
  /** What the assistant says in end-to-end stories and rules. */
  texts: ReadonlySet<string>;
  /** For the person who wrote the assistant. */
  notices: Notice[];
}

/**
 * Learns an assistant's rules and stories. Throws `InvalidAssistant` when they do not fit together. What was `trained`
 * before is used if it belongs to this assistant.
 */
export function learnPolicies(assistant: Assistant, trained?: TrainedPolicies): LearnedPolicies {
  const { domain, config } = assistant;
  const { stories, rules, rulePolicy, unused } = learnRules(assistant);
  const ruleOnly: RuleOnly = rulePolicy?.ruleOnly ?? { slots: new Set(), loops: new Set() };
  const models = learnedModels(assistant, stories, trained);
  const policies = config.policies.flatMap((component): Policy[] => {
    const { name, options } = component;
    if (name === RulePolicy.policyName) return rulePolicy ? [rulePolicy] : [];
    if (name === 'MemoizationPolicy' || name === 'AugmentedMemoizationPolicy')
      return [new MemoizationPolicy(domain, memoizationOptions(name, options), stories, ruleOnly)];
    const model = isLearned(component) ? models.shift() : undefined;
    if (model) return [new SequencePolicy(domain, sequencePolicyOptions(name, options, stories), model, ruleOnly)];
    return [];
  });
  const notices = [
    ...unused.map((message): Notice => ({ level: 'warning', message })),
    ...config.policies.flatMap(({ name }) => noticeAbout(name)),
    ...unlearnedStories(assistant),
  ];
  return { policies, texts: textsIn([...stories, ...rules]), notices };
}

/**
 * Throws `InvalidAssistant` when rules, stories and domain do not fit together, as an engine does at its start. Nothing
 * is learned by examples, so it takes no time.
 */
export const refuseInvalid = (assistant: Assistant): void => void learnRules(assistant);

function learnRules(assistant: Assistant) {
  const problems = checkAssistant(assistant);
  if (problems.length > 0) throw new InvalidAssistant(problems);

  const { domain, config } = assistant;
  const unused: string[] = [];
  const stories = storyTrackers(assistant.stories, domain, unused);
  const rules = ruleTrackers(assistant.rules, domain);
  const entry = config.policies.find(({ name }) => name === RulePolicy.policyName);
  const rulePolicy = entry && new RulePolicy(domain, rulePolicyOptions(entry.options), rules, stories);
  const findings: Finding[] = rulePolicy
    ? [...checkContradictions(rulePolicy, rules, stories), ...checkCompleteness(rules, domain)]
    : [];
  if (findings.length > 0) throw new InvalidAssistant(unique(findings));
  return { stories, rules, rulePolicy, unused };
}

const OWN_POLICIES = ['RulePolicy', 'MemoizationPolicy', 'AugmentedMemoizationPolicy', 'SequencePolicy'];

function noticeAbout(policy: string): Notice[] {
  if (OWN_POLICIES.includes(policy)) return [];
  if (policy === 'TEDPolicy') {
    const message = `The policy "${policy}" is SequencePolicy here, which learns the same stories in its own way.`;
    return [{ level: 'note', message }];
  }
  // In Rasa it has no effect either, unless the project acts upon what it predicts.
  const level = policy === 'UnexpecTEDIntentPolicy' ? 'note' : 'warning';
  return [{ level, message: `The policy "${policy}" is not supported and takes no part in decisions.` }];
}

function unlearnedStories({ stories, config }: Assistant): Notice[] {
  if (stories.length === 0) return [];
  if (config.policies.some((one) => one.name.endsWith('MemoizationPolicy') || isLearned(one))) return [];
  const message = 'The assistant has stories but no MemoizationPolicy, AugmentedMemoizationPolicy or SequencePolicy.';
  return [{ level: 'warning', message }];
}

const textsIn = (trackers: readonly TrainingTracker[]): ReadonlySet<string> =>
  new Set(
    trackers.flatMap(({ events }) =>
      events.flatMap((event) => (event.event === 'action' && event.name === null ? (event.action_text ?? []) : [])),
    ),
  );

const unique = (findings: Finding[]): Finding[] => [...new Map(findings.map((one) => [one.message, one])).values()];
