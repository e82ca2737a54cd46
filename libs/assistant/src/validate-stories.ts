import type { Domain, Rule, Story, StoryStep } from './assistant.js';
import type { Findings } from './findings.js';

const DEFAULT_ACTIONS = [
  'action_listen',
  'action_restart',
  'action_session_start',
  'action_default_fallback',
  'action_deactivate_loop',
  'action_revert_fallback_events',
  'action_default_ask_affirmation',
  'action_default_ask_rephrase',
  'action_two_stage_fallback',
  'action_unlikely_intent',
  'action_back',
  'action_extract_slots',
  '...',
];

/** Everything that an `action:` step may name. */
export function knownActions(domain: Domain): Set<string> {
  const responses = Object.keys(domain.responses).filter((name) => name.startsWith('utter_'));
  return new Set([
    ...DEFAULT_ACTIONS,
    ...domain.actions,
    ...responses,
    // A retrieval intent answers with one of `utter_<intent>/<key>`.
    ...responses.filter((name) => name.includes('/')).map((name) => name.slice(0, name.indexOf('/'))),
    ...Object.keys(domain.forms),
  ]);
}

/** Checks the names in a story, a rule or a test story against the domain. */
export function validateStory(story: Story | Rule, domain: Domain, findings: Findings): void {
  const what = 'condition' in story ? `rule ${story.name}` : `story ${story.name}`;
  const actions = knownActions(domain);
  const check = (step: StoryStep): void => {
    const unknown = (name: string) => findings.error(`${what} names the unknown ${name}`, step.place);
    switch (step.kind) {
      case 'user':
        if (!domain.intents[step.intent]) unknown(`intent ${step.intent}`);
        for (const { entity } of step.entities)
          if (!domain.entities[entity]) findings.warning(`${what} names the unknown entity ${entity}`, step.place);
        break;
      case 'action':
        if (actions.has(step.name)) break;
        if (step.name.startsWith('utter_'))
          findings.error(`${what} uses ${step.name}, but there is no such response`, step.place);
        else unknown(`action ${step.name}`);
        break;
      case 'slot':
        if (!domain.slots[step.name]) unknown(`slot ${step.name}`);
        break;
      case 'loop':
        if (step.name !== null && !domain.forms[step.name] && !actions.has(step.name)) unknown(`form ${step.name}`);
        break;
      case 'checkpoint':
        for (const { name } of step.slots) if (!domain.slots[name]) unknown(`slot ${name}`);
        break;
      case 'or':
        step.alternatives.forEach(check);
        break;
      case 'userText':
      case 'botText':
        break;
    }
  };
  if ('condition' in story) story.condition.forEach(check);
  story.steps.forEach(check);
}
