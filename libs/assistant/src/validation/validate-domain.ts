import type { Domain, SlotDefinition } from '../model/assistant.js';
import { knownActions, questionsFor, unknownLabels } from '../model/domain-names.js';
import type { DomainPlaces } from '../readers/domain-reader.js';
import type { Findings } from '../model/findings.js';

/** Checks the names that intents, slots and forms use. */
export function validateDomain(domain: Domain, places: DomainPlaces, findings: Findings): void {
  validateIntents(domain, places, findings);
  for (const [name, slot] of Object.entries(domain.slots)) validateMappings(name, slot, domain, places, findings);
  validateForms(domain, places, findings);
}

function validateIntents({ intents, entities }: Domain, places: DomainPlaces, findings: Findings): void {
  for (const [name, { usedEntities }] of Object.entries(intents))
    for (const entity of usedEntities === true ? [] : usedEntities)
      if (!entities[entity])
        findings.warning(`intent ${name} uses the unknown entity ${entity}`, places.intents.get(name));
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
  for (const { entity, role, group, action, intents, notIntents, conditions } of slot.mappings) {
    if (entity && !domain.entities[entity]) complain(`entity ${entity}`);
    if (entity && domain.entities[entity])
      for (const label of unknownLabels(domain.entities[entity], role, group))
        findings.warning(`a mapping of slot ${name} names the ${label}, which entity ${entity} does not have`, place);
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
    if (domain.actions.includes(form)) findings.error(`${form} is a form and also listed in actions`, place);
    for (const intent of ignoredIntents)
      if (!domain.intents[intent]) findings.warning(`form ${form} ignores the unknown intent ${intent}`, place);
    for (const name of requiredSlots) {
      const slot = domain.slots[name];
      if (!slot) findings.error(`form ${form} requires the unknown slot ${name}`, place);
      else if (slot.mappings.length === 0)
        findings.error(`form ${form} requires slot ${name}, which has no mappings, so nothing can fill it`, place);
      if (slot && !questionsFor(form, name).some((question) => actions.has(question)))
        findings.warning(`form ${form} cannot ask for slot ${name}: there is no utter_ask_${name}`, place);
    }
  }
}
