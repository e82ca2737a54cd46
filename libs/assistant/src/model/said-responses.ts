import type { Assistant, StoryStep } from './assistant.js';
import { questionsFor } from './domain-names.js';

/** Responses that default actions send if the domain has them. */
const SAID_BY_DEFAULT = [
  'utter_default',
  'utter_restart',
  'utter_session_start',
  'utter_ask_rephrase',
  'utter_ask_confirm',
  'utter_action_failed',
];

/**
 * Names of the responses that the conversation sends without a custom action: in steps of stories and rules, as
 * questions of forms, from default actions, and as answers to retrieval intents. Any other response is sent by a custom
 * action or not at all.
 */
export function saidByConversation({ domain, stories, rules }: Assistant): ReadonlySet<string> {
  const steps = [...stories, ...rules].flatMap((story) => story.steps.flatMap(actionsIn));
  // The validation of a form may require slots that the form itself does not list.
  const questions = Object.keys(domain.forms).flatMap((form) =>
    Object.keys(domain.slots).flatMap((slot) => questionsFor(form, slot)),
  );
  const named = new Set([...SAID_BY_DEFAULT, ...steps, ...questions]);
  const isSaid = (name: string) =>
    named.has(name) || (name.includes('/') && named.has(name.slice(0, name.indexOf('/'))));
  return new Set(Object.keys(domain.responses).filter(isSaid));
}

const actionsIn = (step: StoryStep): string[] =>
  step.kind === 'action' ? [step.name] : step.kind === 'or' ? step.alternatives.flatMap(actionsIn) : [];
