import { Type, type Static } from 'typebox';
import { type IncidentAction, type IncidentView } from '#contracts';
import { type ActionResponse, type ActionResult, type Event } from '#dialogue-engine';
import {
  Action,
  candidates,
  slot,
  slotAs,
  textSlot,
  valueAfter,
  type ActionContext,
  type CustomAction,
} from '../actions/action.js';
import { rememberQuestion, validateEmail, assertedEmailSlot } from './form.actions.js';
import { checkCode, CODE_NOT_NEEDED } from './identity.actions.js';
import { IncidentClient } from './incident.client.js';
import { refusal } from './incident.actions.js';

/** The questions that the form asks for each wish. It counts all others as answered. */
const ASKS: Record<string, string[]> = {
  comment: ['change_text'],
  close: ['close_as'],
  reopen: ['change_text'],
  escalate: ['change_text'],
};
const NOT_ASKED = 'not asked';

/**
 * The possible wishes. For `close` the form asks whether the problem is solved or the incident is not needed any more.
 */
const Wish = Type.Enum(['comment', 'attach', 'close', 'reopen', 'escalate']);
const NEEDS: Record<string, string[]> = {
  comment: ['comment'],
  attach: ['attach'],
  close: ['resolve', 'cancel'],
  reopen: ['reopen'],
  escalate: ['escalate'],
};
/** The wish for each intent that starts the form. */
const WISH_OF: Record<string, Static<typeof Wish>> = {
  add_comment: 'comment',
  file_sent: 'attach',
  close_incident: 'close',
  reopen_incident: 'reopen',
  escalate_incident: 'escalate',
};
const MOST_OFFERED = 5;

const ends: Event[] = [{ event: 'active_loop', name: null }, slot('requested_slot', null)];

/**
 * The form that changes an incident of the person. It asks for their address, confirmed by a code unless the channel
 * asserts it; for the incident, if several match; and for the text of the change.
 */
@Action('validate_change_incident_form')
export class ValidateChangeIncidentForm implements CustomAction {
  constructor(private readonly incidents: IncidentClient) {}

  async run(context: ActionContext): Promise<ActionResult> {
    const { tracker } = context;
    const given = candidates(tracker);
    const events: Event[] = [...rememberQuestion(context), ...beginning(context), ...assertedEmailSlot(context)];
    const responses: ActionResponse[] = [];
    const take = (result: ActionResult): void => {
      events.push(...result.events);
      responses.push(...result.responses);
    };
    if (given.has('email')) take(await validateEmail(given.get('email'), context, this.incidents));
    const email = valueAfter(events, context.tracker, 'email');
    if (typeof email !== 'string') return { events, responses };
    const typed = given.get('one_time_code');
    if (typed !== undefined && typed !== CODE_NOT_NEEDED) take(await checkCode(context, this.incidents, email, typed));
    if (typed !== undefined && valueAfter(events, context.tracker, 'one_time_code') === null)
      return { events, responses };
    take(await this.choose(context, email, events, given));
    return { events, responses };
  }

  /** Chooses the incident that the person means. Chooses nothing before the person's address is known. */
  private async choose(
    context: ActionContext,
    email: string,
    decided: Event[],
    given: Map<string, unknown>,
  ): Promise<ActionResult> {
    const [chosen, about] = ['incident_number', 'asked_about'].map((name) =>
      valueAfter(decided, context.tracker, name),
    );
    const isSettled = chosen !== null && !['email', 'one_time_code', 'incident_number'].some((name) => given.has(name));
    if (isSettled) return { events: [], responses: [] };
    const typed = given.get('incident_number');
    const named = typed === undefined ? (numberIn(chosen) ?? numberIn(about)) : numberIn(typed);
    const words = typeof typed === 'string' ? typed : about;
    const wanted = named ? { number: named } : typeof words === 'string' ? { about: words } : {};
    let found = await this.incidents.find(context, email, wanted);
    // The words that start the form need not describe the incident. The words that answer "which one?" do.
    if (found.kind === 'found' && found.incidents.length === 0 && typed === undefined && !named)
      found = await this.incidents.find(context, email);
    if (found.kind === 'made-up') return { events: ends, responses: [{ response: 'utter_change_local_mode' }] };
    if (found.kind === 'unavailable') return { events: ends, responses: [{ response: 'utter_status_unavailable' }] };
    // An incident has a title in the list only if the person may change it: the address is confirmed, or the incident
    // was opened in this conversation.
    const known = found.kind === 'found' ? found.incidents.filter(({ title }) => title !== undefined) : [];
    const isClaimed = found.kind === 'withheld' || found.level === 'claimed';
    if (isClaimed && known.length === 0)
      return found.canConfirm
        ? { events: [], responses: [] }
        : { events: ends, responses: [{ response: 'utter_refused_not_confirmed' }] };
    const codeIsOpen = valueAfter(decided, context.tracker, 'one_time_code') === null;
    const wish = valueAfter(decided, context.tracker, 'wish');
    return this.among(known, wish, typed, codeIsOpen ? [slot('one_time_code', CODE_NOT_NEEDED)] : []);
  }

  private among(incidents: IncidentView[], wish: unknown, typed: unknown, known: Event[]): ActionResult {
    const needs = NEEDS[String(wish)] ?? [];
    const fitting = incidents.filter(({ actions = [] }) => needs.some((each) => actions.includes(each)));
    const [only, ...others] = fitting;
    if (only && others.length === 0)
      return {
        events: [...known, slot('incident_number', only.number), slot('incident_title', only.title ?? null)],
        responses: [],
      };
    if (only) {
      const offered = fitting.slice(0, MOST_OFFERED).map(({ number, title }) => ({ number, title: title ?? '' }));
      return { events: [...known, slot('incident_number', null), slot('offered_incidents', offered)], responses: [] };
    }
    if (typed !== undefined)
      return {
        events: [...known, slot('incident_number', null)],
        responses: [{ response: 'utter_which_incident_unclear' }],
      };
    const response = incidents.length > 0 ? `utter_nothing_to_${String(wish)}` : 'utter_no_incident_to_change';
    return { events: ends, responses: [{ response }] };
  }
}

/** An incident number of a ticket system. `HP400` and `PC12` do not match. */
const NUMBER = /\b(?:[A-Za-z]{2,10}\d{5,10}|RT-?\d{1,10})\b/i;
const numberIn = (text: unknown): string | undefined =>
  typeof text === 'string' ? NUMBER.exec(text)?.[0].toUpperCase() : undefined;

/**
 * The events at the start of the form: the intent decides the wish, and the questions that the wish does not need count
 * as answered.
 */
function beginning({ tracker }: ActionContext): Event[] {
  const wish = WISH_OF[tracker.latestMessage.intent.name ?? ''];
  if (tracker.slot('wish') !== null || wish === undefined) return [];
  const needless = ['change_text', 'close_as'].filter((name) => !ASKS[wish]?.includes(name));
  return [slot('wish', wish), ...needless.map((name) => slot(name, NOT_ASKED))];
}

/** Asks which of several incidents the person means. */
@Action('action_ask_incident_number')
export class AskIncidentNumber implements CustomAction {
  run({ tracker }: ActionContext): Promise<ActionResult> {
    const offered = slotAs(
      tracker,
      'offered_incidents',
      Type.Array(Type.Object({ number: Type.String(), title: Type.String() })),
    );
    const buttons = (offered ?? []).map(({ number, title }) => ({
      title: `${number} ${title}`,
      payload: `/inform${JSON.stringify({ incident_number: number })}`,
    }));
    return Promise.resolve({ events: [], responses: [{ response: 'utter_ask_which_incident', buttons }] });
  }
}

/** Makes the change and tells the person the result. */
@Action('action_change_incident')
export class ChangeIncident implements CustomAction {
  constructor(private readonly incidents: IncidentClient) {}

  async run(context: ActionContext): Promise<ActionResult> {
    const { tracker } = context;
    const email = textSlot(tracker, 'email');
    const events: Event[] = [{ event: 'reset_slots' }, slot('previous_email', email || null)];
    const number = textSlot(tracker, 'incident_number');
    const action = actionOf(context);
    // The form ended without a choice and has already told the person why.
    if (number === '' || !action) return { events, responses: [] };
    const outcome = await this.incidents.change(context, email, number, action);
    switch (outcome.kind) {
      case 'changed': {
        const response = action.kind === 'move' ? `utter_done_${action.to}` : `utter_done_${action.kind}`;
        return { events, responses: [{ response, number, state: outcome.state }] };
      }
      case 'recorded':
        return { events, responses: [{ response: 'utter_change_recorded', number }] };
      case 'refused':
        return { events, responses: [refusal(outcome.reason, tracker)] };
    }
  }
}

function actionOf({ tracker }: ActionContext): IncidentAction | undefined {
  const words = textSlot(tracker, 'change_text');
  switch (slotAs(tracker, 'wish', Wish)) {
    case 'comment':
      return words ? { kind: 'comment', text: words } : undefined;
    case 'attach': {
      const fileId = textSlot(tracker, 'file_id');
      return fileId ? { kind: 'attach', fileId } : undefined;
    }
    case 'close': {
      const to = slotAs(tracker, 'close_as', Type.Enum(['resolve', 'cancel']));
      return to && { kind: 'move', to, note: '' };
    }
    case 'reopen':
      return { kind: 'move', to: 'reopen', note: words };
    case 'escalate':
      return { kind: 'move', to: 'escalate', note: words };
    case undefined:
      return undefined;
  }
}
