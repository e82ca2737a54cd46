import type { Assistant, ResponseVariation } from '../model/assistant.js';
import type { DomainPlaces } from '../readers/domain-reader.js';
import type { Findings } from '../model/findings.js';
import { saidByConversation } from '../model/said-responses.js';

/**
 * Checks conditions and templates. A response that a custom action sends may have variables that only the action knows;
 * one that the conversation sends itself has only slots.
 */
export function validateResponses(assistant: Assistant, places: DomainPlaces, findings: Findings): void {
  const { slots, responses, actions } = assistant.domain;
  const said = saidByConversation(assistant);
  for (const [name, variations] of Object.entries(responses)) {
    const hasOnlySlots = actions.length === 0 || said.has(name);
    for (const [index, variation] of variations.entries()) {
      const place = places.variations.get(name)?.[index] ?? places.responses.get(name);
      for (const { slot } of variation.condition ?? [])
        if (!slots[slot])
          findings.error(`a condition of response ${name} names the unknown slot ${slot}`, places.responses.get(name));
      if (variation.condition?.length === 0)
        findings.warning(`a variation of ${name} has an empty condition and is never chosen`, place);
      const { variables, isUnbalanced } = templateOf(variation);
      if (isUnbalanced) findings.warning(`${name} has a brace without its partner; double it to mean it`, place);
      for (const variable of hasOnlySlots ? variables : [])
        if (!slots[variable])
          findings.warning(
            `${name} names the unknown variable {${variable}}, so it is sent as it is written: there is no such slot`,
            place,
          );
    }
  }
}

/** The variables in the texts of a variation. Braces around quotes or a colon are JSON, as in a payload. */
function templateOf({ text, image, custom, buttons, quick_replies, attachment }: ResponseVariation) {
  const variables = new Set<string>();
  let isUnbalanced = false;
  for (const template of textsIn([text, image, custom, buttons, quick_replies, attachment])) {
    const single = template.replace(/\{\{|\}\}/g, '');
    for (const [, name = ''] of single.matchAll(/\{([^\n{}]+)\}/g)) if (!/["':]/.test(name)) variables.add(name);
    if (!template.startsWith('/') && /[{}]/.test(single.replace(/\{[^\n{}]+\}/g, ''))) isUnbalanced = true;
  }
  return { variables, isUnbalanced };
}

function textsIn(part: unknown): string[] {
  if (typeof part === 'string') return [part];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(textsIn) : [];
}
