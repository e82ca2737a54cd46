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
 * A part of an assistant that works differently than written. A note names a Rasa feature that has another form here and
 * needs no action; a warning needs attention.
 */
export interface Notice {
  level: 'note' | 'warning';
  message: string;
}

/** The policies of an assistant, trained on its rules and stories. */
export interface LearnedPolicies {
  policies: Policy[];
  /** Texts that the assistant sends in end-to-end stories and rules. */
  texts: ReadonlySet<string>;
  /** Messages for the author of the assistant. */
  notices: Notice[];
}

/**
 * Trains on an assistant's rules and stories. Throws `InvalidAssistant` when they contradict each other. `trained`
 * policies are reused if they belong to this assistant.
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
 * Throws `InvalidAssistant` when rules, stories and domain contradict each other, as an engine does on start. It trains
 * no model, so it is fast.
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
  // In Rasa the policy also has no effect, unless the project uses its predictions.
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
