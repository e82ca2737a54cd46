import { type ActionResponse, type ActionResult, type Event } from '#dialogue-engine';
import { Action, candidates, slot, textSlot, type ActionContext, type CustomAction } from '../actions/action.js';
import { validateEmail } from './form.actions.js';
import { IncidentClient } from './incident.client.js';

/** The value of the code slot after a correct code. */
export const CODE_ACCEPTED = 'accepted';
export const CODE_NOT_NEEDED = 'not needed';

const NEW_CODE = /\b(new|another|again|resend)\b/i;

/** Sends a one-time code and asks for it. Repeating the question does not send another code. */
@Action('action_ask_one_time_code')
export class AskOneTimeCode implements CustomAction {
  constructor(private readonly incidents: IncidentClient) {}

  async run(context: ActionContext): Promise<ActionResult> {
    const email = textSlot(context.tracker, 'email');
    if (textSlot(context.tracker, 'code_sent_to') === email)
      return { events: [], responses: [{ response: 'utter_ask_code_again', email }] };
    const sent = await this.incidents.sendCode(context, email);
    if (sent === 'sent')
      return { events: [slot('code_sent_to', email)], responses: [{ response: 'utter_code_sent', email }] };
    return { events: [], responses: [{ response: `utter_code_${sent}`, email }] };
  }
}

/** Checks the text that a person typed as the code. */
export async function checkCode(
  context: ActionContext,
  incidents: IncidentClient,
  email: string,
  typed: unknown,
): Promise<{ events: Event[]; responses: ActionResponse[] }> {
  const text = typeof typed === 'string' ? typed : '';
  const code = text.replace(/[\s.-]/g, '');
  const ask = (response: string, ...more: Event[]) => ({
    events: [slot('one_time_code', null), ...more],
    responses: [{ response }],
  });
  if (!/^\d{6}$/.test(code))
    return NEW_CODE.test(text)
      ? { events: [slot('one_time_code', null), slot('code_sent_to', null)], responses: [] }
      : ask('utter_code_unclear');
  switch (await incidents.tryCode(context, email, code)) {
    case 'confirmed':
      return { events: [slot('one_time_code', CODE_ACCEPTED), slot('code_sent_to', null)], responses: [] };
    case 'wrong':
      return ask('utter_code_wrong');
    case 'expired':
      return ask('utter_code_expired', slot('code_sent_to', null));
    case undefined:
      return ask('utter_code_unchecked');
  }
}

/** The form that confirms an address, for somebody who wants to see more of their incidents. */
@Action('validate_identity_form')
export class ValidateIdentityForm implements CustomAction {
  constructor(private readonly incidents: IncidentClient) {}

  async run(context: ActionContext): Promise<ActionResult> {
    const { tracker } = context;
    const given = candidates(tracker);
    if (given.has('email')) return validateEmail(given.get('email'), context, this.incidents);
    const email = textSlot(tracker, 'email') || textSlot(tracker, 'previous_email');
    const typed = given.get('one_time_code');
    if (typed !== undefined) return checkCode(context, this.incidents, email, typed);
    return { events: email ? [slot('email', email)] : [], responses: [] };
  }
}
