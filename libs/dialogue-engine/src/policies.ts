import { type Assistant, type Finding } from '#assistant';
import { checkAssistant, InvalidAssistant } from './assistant-check.js';
import { type RuleOnly } from './dialogue-state.js';
import { memoizationOptions, MemoizationPolicy } from './memoization-policy.js';
import { type Policy } from './prediction.js';
import { checkCompleteness, checkContradictions } from './rule-checks.js';
import { RulePolicy, rulePolicyOptions } from './rule-policy.js';
import { SequencePolicy, sequencePolicyOptions } from './sequence-policy.js';
import { isLearned, learnedModels, type TrainedPolicies } from './trained-policies.js';
import { ruleTrackers, storyTrackers, type TrainingTracker } from './training-tracker.js';

/** The policies of an assistant, having learned its rules and stories. */
export interface LearnedPolicies {
  policies: Policy[];
  /** What the assistant says in end-to-end stories and rules. */
  texts: ReadonlySet<string>;
  /** What of the assistant is not used, for the person who wrote it. */
  notices: string[];
}

/**
 * Learns an assistant's rules and stories. Throws `InvalidAssistant` when they do not fit together. What was `trained`
 * before is used if it belongs to this assistant.
 */
export function learnPolicies(assistant: Assistant, trained?: TrainedPolicies): LearnedPolicies {
  const problems = checkAssistant(assistant);
  if (problems.length > 0) throw new InvalidAssistant(problems);

  const { domain, config } = assistant;
  const notices: string[] = [];
  const stories = storyTrackers(assistant.stories, domain, notices);
  const rules = ruleTrackers(assistant.rules, domain);
  const entry = config.policies.find(({ name }) => name === RulePolicy.policyName);
  const rulePolicy = entry && new RulePolicy(domain, rulePolicyOptions(entry.options), rules, stories);
  const findings: Finding[] = rulePolicy
    ? [...checkContradictions(rulePolicy, rules, stories), ...checkCompleteness(rules, domain)]
    : [];
  if (findings.length > 0) throw new InvalidAssistant(unique(findings));

  const ruleOnly: RuleOnly = rulePolicy?.ruleOnly ?? { slots: new Set(), loops: new Set() };
  const models = learnedModels(assistant, stories, trained);
  const policies = config.policies.flatMap((component): Policy[] => {
    const { name, options } = component;
    if (name === RulePolicy.policyName) return rulePolicy ? [rulePolicy] : [];
    if (name === 'MemoizationPolicy' || name === 'AugmentedMemoizationPolicy')
      return [new MemoizationPolicy(domain, memoizationOptions(name, options), stories, ruleOnly)];
    const model = isLearned(component) ? models.shift() : undefined;
    if (model) return [new SequencePolicy(domain, sequencePolicyOptions(name, options, stories), model, ruleOnly)];
    notices.push(`The policy "${name}" is not supported and takes no part in decisions.`);
    return [];
  });
  notices.push(...noticesAbout(assistant));
  return { policies, texts: textsIn([...stories, ...rules]), notices };
}

function noticesAbout({ stories, config }: Assistant): string[] {
  const notices: string[] = [];
  if (config.policies.some(({ name }) => name === 'TEDPolicy'))
    notices.push('The policy "TEDPolicy" is SequencePolicy here, which learns the same stories in its own way.');
  if (stories.length > 0 && !config.policies.some((one) => one.name.endsWith('MemoizationPolicy') || isLearned(one)))
    notices.push('The assistant has stories but no MemoizationPolicy, AugmentedMemoizationPolicy or SequencePolicy.');
  return notices;
}

const textsIn = (trackers: readonly TrainingTracker[]): ReadonlySet<string> =>
  new Set(
    trackers.flatMap(({ events }) =>
      events.flatMap((event) => (event.event === 'action' && event.name === null ? (event.action_text ?? []) : [])),
    ),
  );

const unique = (findings: Finding[]): Finding[] => [...new Map(findings.map((one) => [one.message, one])).values()];
