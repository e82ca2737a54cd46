import {
  type Assistant,
  type Domain,
  type Finding,
  type Place,
  type Rule,
  type Story,
  type StoryStep,
} from '#assistant/model';
import { ANYTHING, isAction, isLoop } from '#assistant/model';

/** Thrown for an assistant with contradictory rules, stories and domain. One line per error: `file:line what is wrong`. */
export class InvalidAssistant extends Error {
  constructor(readonly findings: Finding[]) {
    super(
      findings.map(({ message, place }) => (place ? `${place.file}:${place.line} ${message}` : message)).join('\n'),
    );
  }
}

/** Everything that uses an unknown name or cannot be learned. Contradictions between rules are checked elsewhere. */
export function checkAssistant({ domain, rules, stories, config }: Assistant): Finding[] {
  const usesRules = config.policies.some(({ name }) => name === 'RulePolicy');
  return [
    ...formFindings(domain),
    ...(usesRules ? [] : policyFindings(domain, rules)),
    ...[...stories, ...rules].flatMap((story) => stepFindings(story, domain)),
    ...rules.flatMap(ruleFindings),
  ];
}

function formFindings(domain: Domain): Finding[] {
  return Object.entries(domain.forms).flatMap(([form, { requiredSlots }]) =>
    requiredSlots
      .filter((slot) => !domain.slots[slot])
      .map((slot) => error(`Form "${form}" requires the slot "${slot}", which the domain does not have.`)),
  );
}

function policyFindings(domain: Domain, rules: readonly Rule[]): Finding[] {
  const needs = [rules.length > 0 && 'rules', Object.keys(domain.forms).length > 0 && 'forms'].filter(Boolean);
  if (needs.length === 0) return [];
  return [
    error(`The assistant has ${needs.join(' and ')} but no RulePolicy. Add RulePolicy to the policies in config.yml.`),
  ];
}

function ruleFindings(rule: Rule): Finding[] {
  const turns = (steps: readonly StoryStep[]): number =>
    steps.reduce((sum, step) => {
      if (step.kind === 'or') return sum + Math.max(...step.alternatives.map((choice) => turns([choice])));
      return sum + Number(step.kind === 'user' || step.kind === 'userText');
    }, 0);
  if (turns(rule.steps) <= 1) return [];
  return [error(`Rule "${rule.name}" has more than one user turn. Write it as a story.`, rule.place)];
}

function stepFindings(story: Story | Rule, domain: Domain): Finding[] {
  const steps = [...('condition' in story ? story.condition : []), ...story.steps];
  return steps
    .flatMap((step) => stepProblems(step, domain))
    .map(({ problem, place }) => error(`"${story.name}": ${problem}`, place ?? story.place));
}

function stepProblems(step: StoryStep, domain: Domain): { problem: string; place: Place | undefined }[] {
  const { place } = step;
  const unless = (isKnown: boolean, problem: string) =>
    isKnown ? [] : [{ problem: `${problem} Add it or correct the name.`, place }];
  switch (step.kind) {
    case 'user':
      return unless(Object.hasOwn(domain.intents, step.intent), `the domain has no intent "${step.intent}".`);
    case 'action':
      return unless(
        step.name === ANYTHING || isAction(domain, step.name),
        `the domain has no action, form or response "${step.name}".`,
      );
    case 'slot':
      return unless(Object.hasOwn(domain.slots, step.name), `the domain has no slot "${step.name}".`);
    case 'loop':
      return unless(step.name === null || isLoop(domain, step.name), `the domain has no form "${step.name}".`);
    case 'or':
      return step.alternatives.flatMap((choice) => stepProblems(choice, domain));
    default:
      return [];
  }
}

const error = (message: string, place?: Place): Finding => ({ level: 'error', message, ...(place && { place }) });
