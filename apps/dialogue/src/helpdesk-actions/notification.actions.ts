import { type ActionResponse, type ActionResult } from '#dialogue-engine';
import { Action, entityOf, slot, type ActionContext, type CustomAction } from '../actions/action.js';

const STARS = ['5', '4', '3', '2', '1'];

/** Tells the outcome of a request that was only recorded at first. */
@Action('action_tell_outcome')
export class TellOutcome implements CustomAction {
  run({ tracker }: ActionContext): Promise<ActionResult> {
    const of = (name: string): string => entityOf(tracker, name) ?? '';
    const [number, title, state] = [of('number'), of('title'), of('state')];
    const responses: ActionResponse[] = [];
    if (of('kind') === 'opened') responses.push({ response: 'utter_incident_opened_later', number, title });
    else if (of('kind') === 'changed') responses.push({ response: 'utter_change_done_later', number, state });
    else if (of('kind') === 'refused') {
      responses.push({ response: 'utter_not_done_later', title });
      responses.push({ response: `utter_refused_${of('reason').replaceAll('-', '_')}`, email: '' });
    }
    return Promise.resolve({ events: [], responses });
  }
}

/** Tells what the help desk did with an incident, and asks for a rating when the incident is solved. */
@Action('action_tell_update')
export class TellUpdate implements CustomAction {
  run({ tracker }: ActionContext): Promise<ActionResult> {
    const of = (name: string): string => entityOf(tracker, name) ?? '';
    const about = { number: of('number'), title: of('title') };
    const responses: ActionResponse[] = [];
    if (of('comment')) responses.push({ response: 'utter_incident_comment', ...about, comment: of('comment') });
    if (of('state')) responses.push({ response: 'utter_incident_state', ...about, state: of('state') });
    if (of('is_resolved') !== 'true') return Promise.resolve({ events: [], responses });
    const buttons = STARS.map((stars) => ({
      title: '★'.repeat(Number(stars)),
      payload: `/rate_incident${JSON.stringify({ stars, incident_number: about.number })}`,
    }));
    responses.push({ response: 'utter_ask_rating', ...about, buttons });
    return Promise.resolve({ events: [slot('solved_incident', about.number)], responses });
  }
}
