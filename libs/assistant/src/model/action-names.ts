import { type Domain } from './assistant.js';

export const LISTEN = 'action_listen';
export const SESSION_START = 'action_session_start';
export const RESTART = 'action_restart';
export const BACK = 'action_back';
export const DEFAULT_FALLBACK = 'action_default_fallback';
export const DEACTIVATE_LOOP = 'action_deactivate_loop';
export const ASK_AFFIRMATION = 'action_default_ask_affirmation';
export const ASK_REPHRASE = 'action_default_ask_rephrase';
export const TWO_STAGE_FALLBACK = 'action_two_stage_fallback';
export const REVERT_FALLBACK = 'action_revert_fallback_events';
export const UNLIKELY_INTENT = 'action_unlikely_intent';
export const SEND_TEXT = 'action_send_text';
export const EXTRACT_SLOTS = 'action_extract_slots';
export const VALIDATE_SLOT_MAPPINGS = 'action_validate_slot_mappings';
/** In rules and stories: any history before, or any continuation after. */
export const ANYTHING = '...';

export const REQUESTED_SLOT = 'requested_slot';
/** The number of refused answers to the open question; the domain has this slot if form assistance is configured. */
export const REFUSED_ANSWERS_SLOT = 'refused_answers';
export const SESSION_METADATA_SLOT = 'session_started_metadata';
/** The response after a failed action, if the domain has it. */
export const FAILURE_RESPONSE = 'utter_action_failed';

/** The built-in actions, which need not be in the domain. */
export const DEFAULT_ACTIONS: ReadonlySet<string> = new Set([
  LISTEN,
  RESTART,
  SESSION_START,
  DEFAULT_FALLBACK,
  DEACTIVATE_LOOP,
  REVERT_FALLBACK,
  ASK_AFFIRMATION,
  ASK_REPHRASE,
  TWO_STAGE_FALLBACK,
  UNLIKELY_INTENT,
  BACK,
  EXTRACT_SLOTS,
  SEND_TEXT,
]);

export const isLoop = (domain: Domain, name: string | null | undefined): boolean =>
  typeof name === 'string' && (Object.hasOwn(domain.forms, name) || name === TWO_STAGE_FALLBACK);

/** Whether `name` is implemented by custom code: listed under `actions` and not the name of a response. */
export const isCustomAction = (domain: Domain, name: string): boolean =>
  domain.actions.includes(name) && !isResponse(domain, name);

/** Whether `name` is an `utter_…` action with its own texts or, for a retrieval intent, with texts by key. */
export const isResponse = (domain: Domain, name: string): boolean =>
  Object.hasOwn(domain.responses, name) ||
  (name.startsWith('utter_') && Object.keys(domain.responses).some((response) => response.startsWith(`${name}/`)));

/** Every action of the assistant: built-in ones, custom ones, forms and responses. */
export const actionNames = ({ actions, forms, responses }: Domain): string[] => [
  ...new Set([...DEFAULT_ACTIONS, ...actions, ...Object.keys(forms), ...Object.keys(responses)]),
];

/** Whether the assistant has an action `name` of any kind. */
export const isAction = (domain: Domain, name: string): boolean =>
  DEFAULT_ACTIONS.has(name) || domain.actions.includes(name) || isLoop(domain, name) || isResponse(domain, name);
