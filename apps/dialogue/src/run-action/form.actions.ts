import { type ActionResult } from '#dialogue-engine';
import { Action, candidates, slot, textSlot, type ActionContext, type CustomAction } from './action.js';

/** Good enough to tell an address from something else; whether it exists is for the ticket system to say. */
const ADDRESS = /^[^\s@"<>]{1,64}@[^\s@"<>]+\.[^\s@"<>]{2,}$/;
const MAX_ADDRESS_LENGTH = 254;
const PRIORITIES = ['low', 'medium', 'high'];

/** Asks for an address, or offers the one that was used before. */
@Action('action_ask_email')
export class AskEmail implements CustomAction {
  run({ tracker }: ActionContext): Promise<ActionResult> {
    const response = textSlot(tracker, 'previous_email') ? 'utter_ask_email_reuse' : 'utter_ask_email_new';
    return Promise.resolve({ events: [], responses: [{ response }] });
  }
}

/**
 * The address a person means by what they said: `true` is the one used before, `false` is another one (so the old one
 * is forgotten and the plain question follows), text is an address when it looks like one.
 */
function validateEmail(value: unknown, previous: string): ActionResult {
  if (value === true) return { events: [slot('email', previous || null)], responses: [] };
  if (!value) return { events: [slot('email', null), slot('previous_email', null)], responses: [] };
  const address = typeof value === 'string' ? value.trim() : '';
  if (address.length <= MAX_ADDRESS_LENGTH && ADDRESS.test(address)) {
    return { events: [slot('email', address)], responses: [] };
  }
  return { events: [slot('email', null)], responses: [{ response: 'utter_email_invalid' }] };
}

function validatePriority(value: unknown): ActionResult {
  const priority = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (PRIORITIES.includes(priority)) return { events: [slot('priority', priority)], responses: [] };
  return { events: [slot('priority', null)], responses: [{ response: 'utter_priority_invalid' }] };
}

function validateAll({ tracker }: ActionContext): Promise<ActionResult> {
  const results: ActionResult[] = [];
  for (const [name, value] of candidates(tracker)) {
    if (name === 'email') results.push(validateEmail(value, textSlot(tracker, 'previous_email')));
    else if (name === 'priority') results.push(validatePriority(value));
  }
  return Promise.resolve({
    events: results.flatMap(({ events }) => events),
    responses: results.flatMap(({ responses }) => responses),
  });
}

@Action('validate_open_incident_form')
export class ValidateOpenIncidentForm implements CustomAction {
  run(context: ActionContext): Promise<ActionResult> {
    return validateAll(context);
  }
}

@Action('validate_incident_status_form')
export class ValidateIncidentStatusForm implements CustomAction {
  run(context: ActionContext): Promise<ActionResult> {
    return validateAll(context);
  }
}
