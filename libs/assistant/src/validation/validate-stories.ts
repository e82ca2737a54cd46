import type { Domain, Place, Rule, SlotDefinition, Story, StoryEntity, StoryStep } from '../model/assistant.js';
import { isCategory, knownActions, unknownLabels } from '../model/domain-names.js';
import type { Findings } from '../model/findings.js';

/** Checks the names in stories, rules or test stories against the domain, and that their own names are unique. */
export function validateStories(stories: readonly (Story | Rule)[], domain: Domain, findings: Findings): void {
  const actions = knownActions(domain);
  const seen = new Map<string, Place | undefined>();
  for (const story of stories) {
    validateStory(story, domain, actions, findings);
    const other = seen.get(story.name);
    const where = other ? `: see ${other.file}:${other.line}` : '';
    if (seen.has(story.name)) findings.warning(`there are two ${whatIs(story)}${where}`, story.place);
    else seen.set(story.name, story.place);
  }
}

const whatIs = (story: Story | Rule): string =>
  'condition' in story ? `rules named ${story.name}` : `stories named ${story.name}`;

function validateStory(story: Story | Rule, domain: Domain, actions: ReadonlySet<string>, findings: Findings): void {
  const what = 'condition' in story ? `rule ${story.name}` : `story ${story.name}`;
  const check = (step: StoryStep): void => {
    const unknown = (name: string) => findings.error(`${what} names the unknown ${name}`, step.place);
    switch (step.kind) {
      case 'user':
        if (!domain.intents[step.intent]) unknown(`intent ${step.intent}`);
        for (const entity of step.entities)
          for (const problem of entityProblems(entity, domain))
            findings.warning(`${what} names ${problem}`, step.place);
        break;
      case 'action':
        if (actions.has(step.name)) break;
        if (step.name.startsWith('utter_'))
          findings.error(`${what} uses ${step.name}, but there is no such response`, step.place);
        else unknown(`action ${step.name}`);
        break;
      case 'slot':
        if (!domain.slots[step.name]) unknown(`slot ${step.name}`);
        else if (!isOfSlot(step.value, domain.slots[step.name]!))
          findings.warning(
            `${what} sets slot ${step.name} to ${JSON.stringify(step.value)}, none of its values`,
            step.place,
          );
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

function entityProblems({ entity, role, group }: StoryEntity, domain: Domain): string[] {
  const definition = domain.entities[entity];
  if (!definition) return [`the unknown entity ${entity}`];
  return unknownLabels(definition, role, group).map((label) => `the ${label}, which entity ${entity} does not have`);
}

const isOfSlot = (value: unknown, { type, values }: SlotDefinition): boolean =>
  type !== 'categorical' || value === null || isCategory(value, values);
