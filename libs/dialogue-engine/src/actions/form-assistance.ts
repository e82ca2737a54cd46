import { type Domain } from '#assistant/model';
import { isResponse, LISTEN, REFUSED_ANSWERS_SLOT, REQUESTED_SLOT } from '#assistant/model';
import { type TurnSetting, utter } from './action-call.js';
import { type Event, type SlotEvent, slotSet } from '../tracker/event.js';
import { type Tracker, type TrackerView } from '../tracker/tracker.js';

/** The requested slot while the assistant asks whether to cancel the form. */
export const CANCEL_QUESTION = 'confirm_cancel';

/** A message about the running form itself that answers none of its questions. */
export type Aside = 'asks to cancel' | 'confirms to cancel' | 'goes on';

/** What the latest message says about the running form; undefined also when form assistance is not configured. */
export function asideIn(tracker: TrackerView, { assistance, domain }: TurnSetting): Aside | undefined {
  const { activeLoop, requestedSlot, latestMessage } = tracker;
  if (!assistance?.cancelIntent || !activeLoop || !Object.hasOwn(domain.forms, activeLoop.name)) return undefined;
  const { name } = latestMessage.intent;
  const isAsked = requestedSlot === CANCEL_QUESTION;
  if (isAsked && name === assistance.denyIntent) return 'goes on';
  if (isAsked && (name === assistance.affirmIntent || name === assistance.cancelIntent)) return 'confirms to cancel';
  return name === assistance.cancelIntent ? 'asks to cancel' : undefined;
}

/** The answer for a skipped question, if the message asks to skip and the open question may be skipped. */
export function skippedAnswer(tracker: TrackerView, { assistance }: TurnSetting): SlotEvent | undefined {
  const { requestedSlot, latestMessage } = tracker;
  if (!assistance?.skipIntent || latestMessage.intent.name !== assistance.skipIntent) return undefined;
  const isSkippable = requestedSlot !== null && Object.hasOwn(assistance.skippedValues, requestedSlot);
  return isSkippable ? slotSet(requestedSlot, assistance.skippedValues[requestedSlot]) : undefined;
}

/** The tracker with the question that was open before the cancel question; without a cancel question, the tracker itself. */
export function underCancelQuestion(tracker: Tracker, { domain }: TurnSetting): Tracker {
  if (tracker.requestedSlot !== CANCEL_QUESTION) return tracker;
  const required = domain.forms[tracker.activeLoop?.name ?? '']?.requiredSlots ?? [];
  const asked = tracker.copy();
  asked.apply(slotSet(REQUESTED_SLOT, required.find((slot) => tracker.slot(slot) === null) ?? null));
  return asked;
}

export const askWhetherToCancel = (form: string, tracker: Tracker, setting: TurnSetting): Event[] => [
  slotSet(REQUESTED_SLOT, CANCEL_QUESTION),
  ...sayOf('confirm_cancel', form, null, tracker, setting),
];

/** Ends the form with all its slots empty. The assistant then listens, so that no action after the form's end runs. */
export const cancelled = (form: string, tracker: Tracker, setting: TurnSetting): Event[] => [
  ...slotsOf(form, setting.domain).map((slot) => slotSet(slot, setting.domain.slots[slot]?.initialValue ?? null)),
  ...sayOf('cancelled', form, null, tracker, setting),
  { event: 'active_loop', name: null },
  slotSet(REQUESTED_SLOT, null),
  ...countTo(0, tracker),
  { event: 'followup', name: LISTEN },
];

/**
 * The events that go with the question for `slot`: counts refused answers to it, and offers a way out when there are too
 * many. `events` are those of this run of the form.
 */
export function countRefusals(
  form: string,
  slot: string,
  tracker: Tracker,
  events: readonly Event[],
  setting: TurnSetting,
): Event[] {
  const limit = setting.assistance?.retryLimit ?? 0;
  if (limit === 0) return [];
  if (slot !== tracker.requestedSlot) return countTo(0, tracker);
  if (!isRefused(slot, tracker, events, setting)) return [];
  const count = refusals(tracker) + 1;
  return [...countTo(count, tracker), ...(count >= limit ? sayOf('way_out', form, slot, tracker, setting) : [])];
}

/** Records the number of refused answers, if it changed. */
export const countTo = (count: number, tracker: TrackerView): Event[] =>
  count === refusals(tracker) ? [] : [slotSet(REFUSED_ANSWERS_SLOT, count === 0 ? null : count)];

const refusals = (tracker: TrackerView): number => Number(tracker.slot(REFUSED_ANSWERS_SLOT) ?? 0);

/** Whether the message was meant as an answer but was not accepted; a message undone by a fallback also counts. */
function isRefused(slot: string, { events: happened }: TrackerView, events: readonly Event[], setting: TurnSetting) {
  const message = happened.findLast((event) => event.event === 'user');
  if (message?.event !== 'user' || message.metadata?.['is_external'] === true) return false;
  const intent = message.parse_data.intent.name ?? '';
  if (setting.commands?.has(intent) || intent === setting.assistance?.correctIntent) return false;
  return !events.some((event) => event.event === 'slot' && event.name !== slot && event.value !== null);
}

/** The most particular of `utter_<what>_<form>_<slot>`, `…_<form>`, `…_<slot>` and `utter_<what>`. */
export function sayOf(
  what: string,
  form: string,
  slot: string | null,
  tracker: Tracker,
  setting: TurnSetting,
): Event[] {
  const names = [...(slot === null ? [] : [`${form}_${slot}`]), form, ...(slot === null ? [] : [slot])];
  const name = [...names.map((end) => `utter_${what}_${end}`), `utter_${what}`].find((one) =>
    isResponse(setting.domain, one),
  );
  return name === undefined ? [] : utter(name, tracker, setting);
}

/** The slots that a form asks for, and those that are filled while it runs only. */
const slotsOf = (form: string, { forms, slots }: Domain): string[] => [
  ...new Set([
    ...(forms[form]?.requiredSlots ?? []),
    ...Object.keys(slots).filter((name) =>
      slots[name]!.mappings.some(({ conditions }) => conditions.some(({ activeLoop }) => activeLoop === form)),
    ),
  ]),
];
