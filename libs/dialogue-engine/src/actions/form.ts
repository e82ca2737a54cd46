import { isCustomAction, isResponse, LISTEN, REQUESTED_SLOT } from '#assistant/model';
import { ActionRejected, runCustomAction, type TurnSetting, utter } from './action-call.js';
import { actionExecuted, type ActiveLoopEvent, type Event, type SlotEvent, slotSet } from '../tracker/event.js';
import { correctedAmong } from './correction.js';
import {
  asideIn,
  askWhetherToCancel,
  CANCEL_QUESTION,
  cancelled,
  countRefusals,
  countTo,
  sayOf,
} from './form-assistance.js';
import { extractSlots } from './slot-extraction.js';
import { type Tracker } from '../tracker/tracker.js';

/**
 * One run of a form: activates it if needed, takes the user's answer, asks for the next slot or ends. Throws
 * `ActionRejected` when a slot is requested and the message says nothing about any slot of the form.
 */
export async function runForm(form: string, tracker: Tracker, setting: TurnSetting): Promise<Event[]> {
  const isRunning = tracker.activeLoop?.name === form;
  const aside = isRunning ? takeAside(form, tracker, setting) : undefined;
  if (aside) return aside;
  const events = isRunning ? await takeAnswer(form, tracker, setting) : await activate(form, tracker, setting);
  if (events.some(({ event }) => event === 'action_execution_rejected')) return events;
  const slot = isEnded(events) ? null : nextSlot(form, tracker, events, setting);
  if (slot === null)
    return [...events, { event: 'active_loop', name: null }, slotSet(REQUESTED_SLOT, null), ...countTo(0, tracker)];
  const question = await ask(form, slot, tracker, events, setting);
  return [...events, ...question, ...countRefusals(form, slot, tracker, events, setting)];
}

/** Handles a message about the form itself; undefined when it may be an answer, or the form continues. */
function takeAside(form: string, tracker: Tracker, setting: TurnSetting): Event[] | undefined {
  const isNew = isNewMessage(tracker);
  const aside = isNew ? asideIn(tracker, setting) : undefined;
  if (aside === 'confirms to cancel') return cancelled(form, tracker, setting);
  const isCancelOpen = tracker.requestedSlot === CANCEL_QUESTION;
  if (aside === 'asks to cancel' || (isCancelOpen && !isNew)) return askWhetherToCancel(form, tracker, setting);
  const { correctIntent } = setting.assistance ?? {};
  const isCorrecting = isNew && !isCancelOpen && correctIntent !== undefined;
  if (!isCorrecting || tracker.latestMessage.intent.name !== correctIntent) return undefined;
  const isVague = candidatesIn(form, tracker.requestedSlot, tracker, setting).length === 0;
  const isAnythingAnswered = requiredSlots(form, setting).some((slot) => tracker.slot(slot) !== null);
  if (!isVague || !isAnythingAnswered) return undefined;
  return sayOf('choose_correction', form, null, tracker, setting);
}

/** Activates the form, and validates all slots that the triggering and earlier messages filled, once and together. */
async function activate(form: string, tracker: Tracker, setting: TurnSetting): Promise<Event[]> {
  const activation: ActiveLoopEvent = { event: 'active_loop', name: form };
  const active = tracker.copy();
  active.apply(activation, slotSet(REQUESTED_SLOT, null));
  const extracted = await extractSlots(active, setting);
  active.apply(...extracted);
  const prefilled = requiredSlots(form, setting)
    .filter((slot) => active.slot(slot) !== null)
    .map((slot) => slotSet(slot, active.slot(slot)));
  return [activation, ...extracted, ...(await validate(form, null, prefilled, active, setting))];
}

async function takeAnswer(form: string, tracker: Tracker, setting: TurnSetting): Promise<Event[]> {
  // After an interruption the message was for another action. Validation then runs without candidates, because it may
  // decide what to ask.
  const isAnswer = isNewMessage(tracker) && asideIn(tracker, setting) !== 'goes on';
  const requested = tracker.requestedSlot;
  const candidates = isAnswer ? candidatesIn(form, requested, tracker, setting) : [];
  const events = await takeCandidates(form, requested, candidates, tracker, setting);
  const isUnderstood = events.some(
    (event) => event.event === 'action_execution_rejected' || (isSlot(event) && event.name !== REQUESTED_SLOT),
  );
  if (isAnswer && requested !== null && !isUnderstood) throw new ActionRejected(form);
  return events;
}

/** Validates the answers, and acknowledges a correction. An answer that a correction clears needs no validation. */
async function takeCandidates(
  form: string,
  requested: string | null,
  candidates: SlotEvent[],
  tracker: Tracker,
  setting: TurnSetting,
): Promise<Event[]> {
  const asked = requested === CANCEL_QUESTION ? null : requested;
  if (setting.assistance?.correctIntent === undefined) return validate(form, asked, candidates, tracker, setting);
  const isGiven = ({ value }: SlotEvent) => value !== null;
  const given = candidates.filter(isGiven);
  const events = await validate(form, asked, given, tracker, setting);
  const after = tracker.copy();
  after.apply(...events);
  const said = correctedAmong(given, tracker, after, setting).flatMap((slot) =>
    sayOf('corrected', form, slot, after, setting),
  );
  return [...events, ...candidates.filter((one) => !isGiven(one)), ...said];
}

/** Whether the form runs because of a message that no other action has handled. */
const isNewMessage = ({ latestAction, activeLoop }: Tracker): boolean =>
  latestAction === LISTEN && activeLoop?.is_interrupted === false;

function candidatesIn(form: string, requested: string | null, tracker: Tracker, setting: TurnSetting): SlotEvent[] {
  const relevant = new Set([...requiredSlots(form, setting), requested]);
  const newest = new Map(tracker.eventsOfTurn.filter(isSlot).map(({ name, value }) => [name, value]));
  return [...newest].filter(([name]) => relevant.has(name)).map(([name, value]) => slotSet(name, value));
}

/**
 * Sends candidates to `validate_<form>`, if the domain lists it. Candidates that it does not mention are kept. When
 * it fails, no unvalidated value may pass: the candidates are refused, and the question is repeated.
 */
async function validate(
  form: string,
  requested: string | null,
  candidates: SlotEvent[],
  tracker: Tracker,
  setting: TurnSetting,
): Promise<Event[]> {
  const action = `validate_${form}`;
  if (!isCustomAction(setting.domain, action)) return candidates;
  const seen = tracker.copy();
  seen.apply(slotSet(REQUESTED_SLOT, requested), actionExecuted(form), ...candidates);
  try {
    const returned = await runCustomAction(action, seen, setting);
    const decided = new Set(returned.filter(isSlot).map(({ name }) => name));
    return [...returned, ...candidates.filter(({ name }) => !decided.has(name))];
  } catch (error) {
    if (error instanceof ActionRejected) throw new ActionRejected(form);
    // The open question is not always the first in the order of the domain. A refused correction is asked for first.
    const isOpen = candidates.length === 0 || candidates.some(({ name }) => name === requested);
    const again = requested === null || !isOpen ? [] : [slotSet(REQUESTED_SLOT, requested)];
    if (requested !== null && candidates.length === 0) {
      // No answer is lost, and the message may be for another action, which reports its own failure.
      setting.note(action, error);
      return again;
    }
    return [...setting.fail(action, error, tracker), ...candidates.map(({ name }) => slotSet(name, null)), ...again];
  }
}

/** Whether validation ended the form: its events request no slot, or end the loop. */
function isEnded(events: readonly Event[]): boolean {
  const requested = events.findLast((event) => isSlot(event) && event.name === REQUESTED_SLOT) as SlotEvent | undefined;
  const loop = events.findLast(({ event }) => event === 'active_loop' || event === 'form') as
    ActiveLoopEvent | undefined;
  return requested?.value === null || loop?.name === null;
}

function nextSlot(form: string, tracker: Tracker, events: Event[], setting: TurnSetting): string | null {
  const chosen = events.findLast((event) => isSlot(event) && event.name === REQUESTED_SLOT) as SlotEvent | undefined;
  if (typeof chosen?.value === 'string') return chosen.value;
  const after = tracker.copy();
  after.apply(...events);
  return requiredSlots(form, setting).find((slot) => after.slot(slot) === null) ?? null;
}

async function ask(
  form: string,
  slot: string,
  tracker: Tracker,
  events: Event[],
  setting: TurnSetting,
): Promise<Event[]> {
  const request = slotSet(REQUESTED_SLOT, slot);
  const seen = tracker.copy();
  seen.apply(slotSet(REQUESTED_SLOT, tracker.requestedSlot), actionExecuted(form), ...events, request);
  const apologies: Event[] = [];
  const names = [`action_ask_${form}_${slot}`, `utter_ask_${form}_${slot}`, `action_ask_${slot}`, `utter_ask_${slot}`];
  for (const name of names) {
    if (isResponse(setting.domain, name)) return [request, ...apologies, ...utter(name, seen, setting)];
    if (!isCustomAction(setting.domain, name)) continue;
    try {
      return [request, ...apologies, ...(await runCustomAction(name, seen, setting))];
    } catch (error) {
      // The next name in the order may still have a response.
      apologies.push(...setting.fail(name, error, tracker));
    }
  }
  return [request, ...apologies];
}

const isSlot = (event: Event): event is SlotEvent => event.event === 'slot';

const requiredSlots = (form: string, { domain }: TurnSetting): string[] => domain.forms[form]?.requiredSlots ?? [];
