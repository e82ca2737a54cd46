import type { Assistant } from '../model/assistant.js';
import type { DomainPlaces } from '../readers/domain-reader.js';
import type { Findings } from '../model/findings.js';
import { validateCheckpoints } from './validate-checkpoints.js';
import { validateDomain } from './validate-domain.js';
import { validateNlu } from './validate-nlu.js';
import { validateResponses } from './validate-responses.js';
import { validateStories } from './validate-stories.js';

/** Checks that all names used in an assistant exist, and that names are unique. */
export function validateAssistant(assistant: Assistant, places: DomainPlaces, findings: Findings): void {
  const { domain, stories, rules } = assistant;
  validateDomain(domain, places, findings);
  validateResponses(assistant, places, findings);
  validateNlu(assistant, places, findings);
  validateStories(stories, domain, findings);
  validateStories(rules, domain, findings);
  validateCheckpoints(stories, rules, findings);
}
