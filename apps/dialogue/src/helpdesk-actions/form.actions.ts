import { type ActionResponse, type ActionResult, type Event } from '#dialogue-engine';
import {
  Action,
  candidates,
  slot,
  textSlot,
  valueAfter,
  type ActionContext,
  type CustomAction,
} from '../actions/action.js';
import { IncidentClient } from './incident.client.js';

/** Recognises an email address. The ticket system checks whether it exists. */
const ADDRESS = /^[^\s@"<>]{1,64}@[^\s@"<>]+\.[^\s@"<>]{2,}$/;
const MAX_ADDRESS_LENGTH = 254;
/** The share of a description's words that an open incident must contain to count as similar. */
const ALIKE = 0.4;
const PRIORITIES = ['low', 'medium', 'high'];

/** Asks for an email address, or offers the one that was used before. */
@Action('action_ask_email')
export class AskEmail implements CustomAction {
  run({ tracker }: ActionContext): Promise<ActionResult> {
    const response = textSlot(tracker, 'previous_email') ? 'utter_ask_email_reuse' : 'utter_ask_email_new';
    return Promise.resolve({ events: [], responses: [{ response }] });
  }
}

/**
 * Reads the person's answer to the question for an address. `true` means the address used before. `false` means another
 * one, so the old one is forgotten and the plain question follows. A text is an address if it looks like one and the
 * ticket system knows it.
 */
export async function validateEmail(
  value: unknown,
  context: ActionContext,
  incidents: IncidentClient,
): Promise<ActionResult> {
  const previous = textSlot(context.tracker, 'previous_email');
  if (value === true) return { events: [slot('email', previous || null)], responses: [] };
  if (!value) return { events: [slot('email', null), slot('previous_email', null)], responses: [] };
  const email = typeof value === 'string' ? value.trim() : '';
  const refused = (response: ActionResponse): ActionResult => ({
    events: [slot('email', null)],
    responses: [response],
  });
  if (email.length > MAX_ADDRESS_LENGTH || !ADDRESS.test(email)) return refused({ response: 'utter_email_invalid' });
  if (email !== context.assertedEmail && (await incidents.knows(context, email)) === 'unknown')
    return refused({ response: 'utter_email_unknown', typed_email: email });
  return { events: [slot('email', email)], responses: [] };
}

/** Fills the slot with the address that the channel asserts, so that the form does not ask for it. */
export const assertedEmailSlot = ({ tracker, assertedEmail }: ActionContext): Event[] =>
  assertedEmail !== undefined && tracker.slot('email') === null && !candidates(tracker).has('email')
    ? [slot('email', assertedEmail)]
    : [];

function validatePriority(value: unknown): ActionResult {
  const priority = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (PRIORITIES.includes(priority)) return { events: [slot('priority', priority)], responses: [] };
  return { events: [slot('priority', null)], responses: [{ response: 'utter_priority_invalid' }] };
}

@Action('validate_open_incident_form')
export class ValidateOpenIncidentForm implements CustomAction {
  constructor(private readonly incidents: IncidentClient) {}

  async run(context: ActionContext): Promise<ActionResult> {
    const given = candidates(context.tracker);
    const results: ActionResult[] = [{ events: assertedEmailSlot(context), responses: [] }];
    for (const [name, value] of given) {
      if (name === 'email') results.push(await validateEmail(value, context, this.incidents));
      else if (name === 'priority') results.push(validatePriority(value));
    }
    const events = results.flatMap((result) => result.events);
    const responses = results.flatMap((result) => result.responses);
    return { events: [...events, ...(await this.help(context, events))], responses };
  }

  /**
   * Looks for help before the form opens an incident: an article that may solve the problem, and a similar incident.
   */
  private async help(context: ActionContext, decided: Event[]): Promise<Event[]> {
    const { tracker } = context;
    const value = (name: string): unknown => valueAfter(decided, tracker, name);
    // The problem is solved or belongs to another incident, so the form has no more questions.
    if (value('article_helped') === true || value('is_same_incident') === true) return [slot('requested_slot', null)];
    const [email, description, title] = ['email', 'problem_description', 'incident_title'].map(value);
    const events: Event[] = [];
    if (typeof description === 'string' && value('article_helped') === null)
      events.push(
        ...(await this.suggestArticle(context, typeof title === 'string' ? `${title}: ${description}` : description)),
      );
    if (typeof email === 'string' && typeof description === 'string' && typeof title === 'string')
      if (value('is_same_incident') === null)
        events.push(...(await this.findSimilar(context, email, `${title} ${description}`)));
    return events;
  }

  private async suggestArticle(context: ActionContext, description: string): Promise<Event[]> {
    const [article] = await this.incidents.articles(context, description);
    if (!article) return [slot('article_helped', false)];
    const { title, snippet, url } = article;
    return [slot('article', [title, snippet, url].filter(Boolean).join('\n'))];
  }

  private async findSimilar(context: ActionContext, email: string, about: string): Promise<Event[]> {
    const found = (await this.incidents.can(context)).incidents
      ? await this.incidents.find(context, email, { about, leastRelevance: ALIKE, onlyOpen: true })
      : undefined;
    const similar = found?.kind === 'found' ? found.incidents.find(({ title }) => title !== undefined) : undefined;
    if (!similar) return [slot('is_same_incident', false)];
    return [slot('similar_incident', similar.number), slot('similar_title', similar.title)];
  }
}

/** Remembers which incidents the person asked about. The form then asks for their address only. */
@Action('validate_incident_status_form')
export class ValidateIncidentStatusForm implements CustomAction {
  constructor(private readonly incidents: IncidentClient) {}

  async run(context: ActionContext): Promise<ActionResult> {
    const { tracker } = context;
    const given = candidates(tracker);
    const email = given.has('email')
      ? await validateEmail(given.get('email'), context, this.incidents)
      : { events: assertedEmailSlot(context), responses: [] };
    return { ...email, events: [...rememberQuestion(context), ...email.events] };
  }
}

/** Keeps the words that started a form, because they say which incident the person means. */
export function rememberQuestion({ tracker }: ActionContext): Event[] {
  const isBeginning = tracker.slot('requested_slot') === null && tracker.slot('asked_about') === null;
  const { text } = tracker.latestMessage;
  return isBeginning && text && !text.startsWith('/') ? [slot('asked_about', text)] : [];
}
