import { Type } from 'typebox';
import { type IncidentView, Priority, type RefusalReason, type ReplyOf, type IncidentFind } from '#contracts';
import { type ActionResponse, type ActionResult, type TrackerView } from '#dialogue-engine';
import { Action, entityOf, slot, slotAs, textSlot, type ActionContext, type CustomAction } from '../actions/action.js';
import { IncidentClient } from './incident.client.js';

/** Resets the slots, so that every form starts empty. Keeps the address, to offer it next time. */
const startOver = (email: string): ActionResult['events'] => [
  { event: 'reset_slots' },
  slot('previous_email', email || null),
];

@Action('action_open_incident')
export class OpenIncident implements CustomAction {
  constructor(private readonly incidents: IncidentClient) {}

  async run(context: ActionContext): Promise<ActionResult> {
    const events = startOver(textSlot(context.tracker, 'email'));
    return { events, responses: [await this.answer(context)] };
  }

  private async answer(context: ActionContext): Promise<ActionResponse> {
    const { tracker } = context;
    const isTrue = (name: string): boolean => slotAs(tracker, name, Type.Boolean()) === true;
    if (isTrue('article_helped')) return { response: 'utter_article_solved_it' };
    if (isTrue('is_same_incident')) return this.addToSimilar(context);
    if (!isTrue('confirm')) return { response: 'utter_incident_not_opened' };
    const priority = slotAs(tracker, 'priority', Priority);
    if (!priority) throw new Error('An incident needs a priority: low, medium or high.');
    const outcome = await this.incidents.open(context, textSlot(tracker, 'email'), {
      title: textSlot(tracker, 'incident_title'),
      description: textSlot(tracker, 'problem_description'),
      priority,
    });
    switch (outcome.kind) {
      case 'opened':
        return { response: 'utter_incident_opened', number: outcome.number };
      case 'recorded':
        return { response: 'utter_incident_recorded' };
      case 'would-open':
        // The slots are reset before the answer is recorded, so the answer takes their values along.
        return { response: 'utter_incident_would_open', ...tracker.slots };
      case 'refused':
        return refusal(outcome.reason, tracker);
    }
  }

  /** Adds the description to an incident that is open already. */
  private async addToSimilar(context: ActionContext): Promise<ActionResponse> {
    const { tracker } = context;
    const number = textSlot(tracker, 'similar_incident');
    const action = { kind: 'comment' as const, text: textSlot(tracker, 'problem_description') };
    const outcome = await this.incidents.change(context, textSlot(tracker, 'email'), number, action);
    if (outcome.kind === 'refused') return refusal(outcome.reason, tracker);
    return { response: outcome.kind === 'recorded' ? 'utter_change_recorded' : 'utter_comment_added', number };
  }
}

/**
 * The assistant's answer to a refused request: `utter_refused_<reason>`, or `utter_refused` if the domain has no such
 * response.
 */
export function refusal(reason: RefusalReason, { slots }: TrackerView): ActionResponse {
  return { response: `utter_refused_${reason.replaceAll('-', '_')}`, email: slots['email'] ?? '' };
}

/**
 * Tells the status of the caller's incidents. During the form that opens an incident this is a digression, and the form
 * continues.
 */
@Action('action_check_incident_status')
export class CheckIncidentStatus implements CustomAction {
  constructor(private readonly incidents: IncidentClient) {}

  async run(context: ActionContext): Promise<ActionResult> {
    const { tracker } = context;
    const email = textSlot(tracker, 'email');
    const number = textSlot(tracker, 'incident_number');
    const isAside = tracker.activeLoop !== null;
    const about = isAside ? (tracker.latestMessage.text ?? '') : textSlot(tracker, 'asked_about');
    const found = await this.incidents.find(context, email, number ? { number } : about ? { about } : {});
    const events = isAside ? [slot('incident_number', null)] : startOver(email);
    if (number || !about || found.kind !== 'found' || found.incidents.length > 0)
      return { events, responses: statusOf(found, email, number) };
    // No incident matches these words, but the person may have others.
    const all = await this.incidents.find(context, email);
    const hasAny = all.kind === 'found' && all.incidents.length > 0;
    const note: ActionResponse[] = hasAny ? [{ response: 'utter_status_none_about' }] : [];
    return { events, responses: [...note, ...statusOf(all, email, '')] };
  }
}

function statusOf(found: ReplyOf<typeof IncidentFind>, email: string, number: string): ActionResponse[] {
  switch (found.kind) {
    case 'made-up':
      return [{ response: 'utter_status_made_up', email, state: found.state }];
    case 'unavailable':
      return [{ response: 'utter_status_unavailable' }];
    case 'withheld':
      return [{ response: found.canConfirm ? 'utter_status_needs_code' : 'utter_status_withheld' }];
    case 'found': {
      const offer: ActionResponse[] = found.canConfirm ? [{ response: 'utter_offer_code' }] : [];
      if (found.incidents.length === 0)
        return [number ? { response: 'utter_no_such_incident', number } : { response: 'utter_status_none', email }];
      return [...found.incidents.map(lineOf), ...offer];
    }
  }
}

const lineOf = ({ number, title, state, openedAt }: IncidentView): ActionResponse =>
  title === undefined
    ? { response: 'utter_status_short_line', number, state }
    : { response: 'utter_status_line', number, title, state, opened_at: dayAndTime(openedAt) };

/** Converts an RFC 3339 time to a readable one: `2026-05-21 09:57:06` (UTC). */
const dayAndTime = (moment = ''): string => moment.slice(0, 19).replace('T', ' ');

/** Stores the person's rating of a solved incident: `/rate_incident{"stars": "5", …}`. */
@Action('action_rate_incident')
export class RateIncident implements CustomAction {
  constructor(private readonly incidents: IncidentClient) {}

  async run(context: ActionContext): Promise<ActionResult> {
    const { tracker } = context;
    const number = entityOf(tracker, 'incident_number') ?? textSlot(tracker, 'solved_incident');
    const stars = Number(entityOf(tracker, 'stars'));
    const isRating = Number.isInteger(stars) && stars >= 1 && stars <= 5 && number !== '';
    if (!isRating) return { events: [], responses: [{ response: 'utter_rating_unclear' }] };
    const outcome = await this.incidents.rate(context, number, stars);
    const response = outcome?.kind === 'rated' ? 'utter_rated' : 'utter_rating_unclear';
    return { events: [slot('solved_incident', null)], responses: [{ response }] };
  }
}
