import * as names from '#assistant/model';
import { type TurnSetting, utter } from './action-call.js';
import { actionExecuted, type BotEvent, type Event, NO_BOT_DATA, slotSet } from '../tracker/event.js';
import { type Tracker } from '../tracker/tracker.js';

/** The events of a default action, which every assistant has. Unknown names have no effect. */
export function runDefaultAction(name: string, tracker: Tracker, setting: TurnSetting): Event[] {
  switch (name) {
    case names.SESSION_START:
      return startedSession(tracker, setting);
    case names.RESTART:
      return [...utter('utter_restart', tracker, setting), { event: 'restart' }];
    case names.BACK:
      return undone([...utter('utter_back', tracker, setting), { event: 'rewind' }, { event: 'rewind' }], tracker);
    case names.DEFAULT_FALLBACK:
      return undone([...utter('utter_default', tracker, setting), { event: 'rewind' }], tracker);
    case names.DEACTIVATE_LOOP:
      return [{ event: 'active_loop', name: null }, slotSet(names.REQUESTED_SLOT, null)];
    case names.ASK_AFFIRMATION:
      return [askedAffirmation(tracker, setting)];
    case names.ASK_REPHRASE:
      return utter('utter_ask_rephrase', tracker, setting);
    case names.SEND_TEXT:
      return sentText(tracker);
    default:
      return [];
  }
}

function startedSession({ state }: Tracker, { domain }: TurnSetting): Event[] {
  const carried = Object.entries(state.given).filter(([slot]) => slot !== names.REQUESTED_SLOT);
  return [
    { event: 'session_started' },
    ...(domain.session.carryOverSlots ? carried.map(([slot, value]) => slotSet(slot, value)) : []),
    actionExecuted(names.LISTEN),
  ];
}

/** After an undone turn, the assistant listens again, and a form repeats its open question. */
export function undone(events: Event[], tracker: Tracker): Event[] {
  const after = tracker.copy();
  after.apply(...events);
  return [...events, { event: 'followup', name: after.activeLoop?.name ?? names.LISTEN }];
}

/** Sends the text in the message's metadata: `{message: {text: …}}`. */
function sentText({ latestMessage: { metadata } }: Tracker): Event[] {
  const { message } = metadata as { message?: { text?: unknown } };
  if (typeof message?.text !== 'string' || message.text === '') return [];
  return [{ event: 'bot', text: message.text, data: NO_BOT_DATA, metadata: {} }];
}

function askedAffirmation(tracker: Tracker, setting: TurnSetting): BotEvent {
  const ranking = (tracker.latestMessage.intent_ranking ?? []).map(({ name }) => name);
  const intent = ranking.find((name) => name !== null && name !== 'nlu_fallback') ?? tracker.latestMessage.intent.name;
  const [named] = utter('utter_ask_affirmation', tracker, setting, { intent });
  const start: BotEvent =
    named?.event === 'bot'
      ? named
      : { event: 'bot', text: `Did you mean "${String(intent).replaceAll('_', ' ')}"?`, data: NO_BOT_DATA };
  const buttons = [
    { title: 'Yes', payload: `/${intent}` },
    { title: 'No', payload: '/out_of_scope' },
  ];
  return { ...start, data: { ...start.data, buttons: start.data.buttons ?? buttons } };
}
