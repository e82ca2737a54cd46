import { type Assistant, type Finding } from '#assistant';
import { checkAssistant, InvalidAssistant } from './assistant-check.js';
import { type RuleOnly } from './dialogue-state.js';
import { MemoizationPolicy } from './memoization-policy.js';
import { type Policy } from './prediction.js';
import { checkCompleteness, checkContradictions } from './rule-checks.js';
import { RulePolicy, rulePolicyOptions } from './rule-policy.js';
import { ruleTrackers, storyTrackers } from './training-tracker.js';

/** The policies of an assistant, having learned its rules and stories. */
export interface LearnedPolicies {
  policies: Policy[];
  /** What of the assistant is not used, for the person who wrote it. */
  notices: string[];
}

/** Learns an assistant's rules and stories. Throws `InvalidAssistant` when they do not fit together. */
export function learnPolicies(assistant: Assistant): LearnedPolicies {
  const problems = checkAssistant(assistant);
  if (problems.length > 0) throw new InvalidAssistant(problems);

  const { domain } = assistant;
  const notices = endToEndNotices(assistant);
  const stories = storyTrackers(assistant.stories.filter(isIntentBased), domain, notices);
  const rules = ruleTrackers(assistant.rules.filter(isIntentBased), domain);
  const entry = assistant.config.policies.find(({ name }) => name === RulePolicy.policyName);
  const rulePolicy = entry && new RulePolicy(domain, rulePolicyOptions(entry.options), rules, stories);
  const findings: Finding[] = rulePolicy
    ? [...checkContradictions(rulePolicy, rules, stories, domain), ...checkCompleteness(rules, domain)]
    : [];
  if (findings.length > 0) throw new InvalidAssistant(unique(findings));

  const ruleOnly: RuleOnly = rulePolicy?.ruleOnly ?? { slots: new Set(), loops: new Set() };
  const policies = assistant.config.policies.flatMap(({ name, options }): Policy[] => {
    switch (name) {
      case RulePolicy.policyName:
        return rulePolicy ? [rulePolicy] : [];
      case 'MemoizationPolicy':
      case 'AugmentedMemoizationPolicy':
        return [new MemoizationPolicy(domain, memoizationOptions(name, options), stories, ruleOnly)];
      default:
        notices.push(`The policy "${name}" is not supported and takes no part in decisions.`);
        return [];
    }
  });
  if (stories.length > 0 && !policies.some((policy) => policy instanceof MemoizationPolicy))
    notices.push('The assistant has stories but no MemoizationPolicy or AugmentedMemoizationPolicy to learn them.');
  return { policies, notices };
}

const memoizationOptions = (name: string, { max_history, use_nlu_confidence_as_score }: Record<string, unknown>) => ({
  maxHistory: typeof max_history === 'number' ? max_history : null,
  isAugmented: name === 'AugmentedMemoizationPolicy',
  isNluScored: use_nlu_confidence_as_score === true,
});

const isIntentBased = ({ steps }: { steps: { kind: string }[] }): boolean =>
  !steps.some(({ kind }) => kind === 'userText' || kind === 'botText');

const endToEndNotices = ({ stories, rules }: Assistant): string[] =>
  [...stories, ...rules]
    .filter((story) => !isIntentBased(story))
    .map(({ name }) => `"${name}" is ignored: it has end-to-end steps, and the assistant decides by intents only.`);

const unique = (findings: Finding[]): Finding[] => [...new Map(findings.map((one) => [one.message, one])).values()];
