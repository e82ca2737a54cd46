import type { Assistant, Domain, Place } from '../model/assistant.js';
import type { DomainPlaces } from '../readers/domain-reader.js';
import type { Findings } from '../model/findings.js';
import { parseShortcut } from '../model/shortcut.js';
import { unknownLabels } from '../model/domain-names.js';

/** Intents that programs send and people never express, so they need no examples. */
const PROGRAM_INTENTS = [
  'restart',
  'back',
  'session_start',
  'out_of_scope',
  'nlu_fallback',
  'handback',
  'handoff',
  'trigger_handoff',
  'file_sent',
  'incident_settled',
  'incident_updated',
  'rate_incident',
];

/** Checks the examples against the domain and against each other. */
export function validateNlu(assistant: Assistant, places: DomainPlaces, findings: Findings): void {
  validateNames(assistant, findings);
  validateTexts(assistant, findings);
  validateSynonyms(assistant, findings);
  validateIntents(assistant, places, findings);
}

/** Reports each name once that the domain does not contain. */
function validateNames({ nlu, domain }: Assistant, findings: Findings): void {
  const unknown = new Map<string, Place | undefined>();
  for (const { intent, responseKey, entities, place } of nlu.examples) {
    const answer = `utter_${intent}/${responseKey}`;
    if (!domain.intents[intent]) unknown.set(`intent ${intent} has examples but is not in the domain`, place);
    else if (responseKey !== undefined && !domain.responses[answer])
      unknown.set(`${intent}/${responseKey} has examples, but there is no response ${answer}`, place);
    for (const { entity, role, group } of entities) {
      const definition = domain.entities[entity];
      if (!definition) unknown.set(`entity ${entity} has examples but is not in the domain`, place);
      else
        for (const label of unknownLabels(definition, role, group))
          unknown.set(`the ${label} has examples, but entity ${entity} of the domain does not have it`, place);
    }
  }
  for (const [message, place] of unknown) findings.warning(message, place);
}

function validateTexts({ nlu }: Assistant, findings: Findings): void {
  const intentOfText = new Map<string, string>();
  for (const { text, intent, language, place } of nlu.examples) {
    const inItsLanguage = JSON.stringify([language, text]);
    const other = intentOfText.get(inItsLanguage);
    if (other !== undefined && other !== intent)
      findings.warning(`"${text}" is an example of ${intent} and of ${other}`, place);
    intentOfText.set(inItsLanguage, intent);
    if (/\][({]/.test(text))
      findings.warning(`"${text}" looks like an annotation, but is not a complete one; it is taken as text`, place);
  }
}

function validateSynonyms({ nlu }: Assistant, findings: Findings): void {
  const values = new Map<string, string>();
  for (const { surface, value, language, place } of nlu.synonyms) {
    const inItsLanguage = JSON.stringify([language, surface.toLowerCase()]);
    const other = values.get(inItsLanguage);
    if (other !== undefined && other !== value)
      findings.warning(`"${surface}" stands for ${other} and for ${value}; the last one counts`, place);
    values.set(inItsLanguage, value);
  }
}

function validateIntents({ nlu, domain }: Assistant, places: DomainPlaces, findings: Findings): void {
  if (nlu.examples.length === 0) return;
  const named = new Set([...PROGRAM_INTENTS, ...nlu.examples.map(({ intent }) => intent), ...buttonIntents(domain)]);
  for (const [intent, place] of places.intents)
    if (!named.has(intent)) findings.warning(`intent ${intent} has no examples`, place);
}

const buttonIntents = (domain: Domain): string[] =>
  Object.values(domain.responses)
    .flat()
    .flatMap(({ buttons, quick_replies }) => [...(buttons ?? []), ...(quick_replies ?? [])])
    .flatMap(({ payload }) => parseShortcut(payload)?.intent ?? []);
