import type { Assistant, Domain, Place, SlotDefinition } from './assistant.js';
import type { DomainPlaces } from './domain-reader.js';
import type { Findings } from './findings.js';
import { readShortcut } from './shortcut.js';
import { knownActions, validateStory } from './validate-stories.js';

export { validateStory } from './validate-stories.js';

/** Intents that programs send and people never write, so they have no examples. */
const PROGRAM_INTENTS = [
  'restart',
  'back',
  'session_start',
  'out_of_scope',
  'nlu_fallback',
  'handback',
  'handoff',
  'trigger_handoff',
];

/** Checks that whatever one part of an assistant names exists in another. */
export function validateAssistant(assistant: Assistant, places: DomainPlaces, findings: Findings): void {
  validateSlots(assistant.domain, places, findings);
  validateForms(assistant.domain, places, findings);
  validateExamples(assistant, places, findings);
  for (const story of [...assistant.stories, ...assistant.rules]) validateStory(story, assistant.domain, findings);
  validateCheckpoints(assistant, findings);
}

function validateSlots(domain: Domain, places: DomainPlaces, findings: Findings): void {
  for (const [name, slot] of Object.entries(domain.slots)) validateMappings(name, slot, domain, places, findings);
  for (const [name, variations] of Object.entries(domain.responses))
    for (const { slot } of variations.flatMap(({ condition }) => condition ?? []))
      if (!domain.slots[slot])
        findings.error(`a condition of response ${name} names the unknown slot ${slot}`, places.responses.get(name));
}

function validateMappings(
  name: string,
  slot: SlotDefinition,
  domain: Domain,
  places: DomainPlaces,
  findings: Findings,
): void {
  const place = places.slots.get(name);
  const complain = (what: string) => findings.error(`a mapping of slot ${name} names the unknown ${what}`, place);
  for (const { entity, action, intents, notIntents, conditions } of slot.mappings) {
    if (entity && !domain.entities[entity]) complain(`entity ${entity}`);
    if (action && !domain.actions.includes(action)) complain(`action ${action}`);
    for (const intent of [...intents, ...notIntents])
      if (!domain.intents[intent])
        findings.warning(`a mapping of slot ${name} names the unknown intent ${intent}`, place);
    for (const { activeLoop, requestedSlot } of conditions) {
      if (activeLoop && !domain.forms[activeLoop]) complain(`form ${activeLoop}`);
      if (requestedSlot && !domain.slots[requestedSlot]) complain(`slot ${requestedSlot}`);
    }
  }
}

function validateForms(domain: Domain, places: DomainPlaces, findings: Findings): void {
  const actions = knownActions(domain);
  for (const [form, { requiredSlots, ignoredIntents }] of Object.entries(domain.forms)) {
    const place = places.forms.get(form);
    for (const intent of ignoredIntents)
      if (!domain.intents[intent]) findings.warning(`form ${form} ignores the unknown intent ${intent}`, place);
    for (const name of requiredSlots) {
      const slot = domain.slots[name];
      if (!slot) findings.error(`form ${form} requires the unknown slot ${name}`, place);
      else if (slot.mappings.length === 0)
        findings.error(`form ${form} requires slot ${name}, which has no mappings, so nothing can fill it`, place);
      const questions = ['action', 'utter'].flatMap((kind) => [`${kind}_ask_${form}_${name}`, `${kind}_ask_${name}`]);
      if (slot && !questions.some((question) => actions.has(question)))
        findings.warning(`form ${form} cannot ask for slot ${name}: there is no utter_ask_${name}`, place);
    }
  }
}

function validateExamples({ nlu, domain }: Assistant, places: DomainPlaces, findings: Findings): void {
  const intentOfText = new Map<string, string>();
  const unknown = new Map<string, Place | undefined>();
  for (const { text, intent, entities, language, place } of nlu.examples) {
    if (!domain.intents[intent]) unknown.set(`intent ${intent}`, place);
    for (const { entity } of entities) if (!domain.entities[entity]) unknown.set(`entity ${entity}`, place);
    const inItsLanguage = JSON.stringify([language, text]);
    const other = intentOfText.get(inItsLanguage);
    if (other !== undefined && other !== intent)
      findings.warning(`"${text}" is an example of ${intent} and of ${other}`, place);
    intentOfText.set(inItsLanguage, intent);
  }
  for (const [name, place] of unknown) findings.warning(`${name} has examples but is not in the domain`, place);
  if (nlu.examples.length === 0) return;
  const named = new Set([...PROGRAM_INTENTS, ...nlu.examples.map(({ intent }) => intent), ...buttonIntents(domain)]);
  for (const [intent, place] of places.intents)
    if (!named.has(intent)) findings.warning(`intent ${intent} has no examples`, place);
}

const buttonIntents = (domain: Domain): string[] =>
  Object.values(domain.responses)
    .flat()
    .flatMap(({ buttons, quick_replies }) => [...(buttons ?? []), ...(quick_replies ?? [])])
    .flatMap(({ payload }) => readShortcut(payload)?.intent ?? []);

function validateCheckpoints({ stories }: Assistant, findings: Findings): void {
  const ends = new Set(
    stories.map(({ steps }) => steps.at(-1)).map((step) => step?.kind === 'checkpoint' && step.name),
  );
  for (const { name, steps } of stories) {
    const [first] = steps;
    if (first?.kind === 'checkpoint' && !ends.has(first.name))
      findings.warning(`story ${name} is never reached: no story ends with checkpoint ${first.name}`, first.place);
  }
}
