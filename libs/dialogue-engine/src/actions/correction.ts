import { type SlotMapping } from '#assistant/model';
import { type TurnSetting } from './action-call.js';
import { type Event, type SlotEvent, slotSet } from '../tracker/event.js';
import { entityValues, isPayload, isUnambiguous } from './slot-mapping.js';
import { type Tracker, type TrackerView } from '../tracker/tracker.js';

/** A value that a message gives to a slot, or a response during extraction, with the kind of mapping that found it. */
export interface Extracted {
  event: Event;
  by: SlotMapping['type'];
}

/**
 * Decides whether a message answers the open question of a form or corrects earlier answers, so that it never does both
 * by accident:
 * - A message of the correcting intent, or a payload, may use an entity to give a new value to any answered question of
 *   the form. A correction without a value that names a question clears its answer, so that it is asked again.
 * - A text that answers the open question changes nothing else.
 * - A yes or no with a different value for an earlier answer is a correction. So is a no that names a question.
 *
 * Without a configured correcting intent, nothing changes.
 */
export function withCorrections(extracted: Extracted[], tracker: TrackerView, setting: TurnSetting): Extracted[] {
  const { assistance, domain } = setting;
  const { activeLoop, requestedSlot, latestMessage } = tracker;
  const form = domain.forms[activeLoop?.name ?? ''];
  if (!assistance?.correctIntent || !form || requestedSlot === null) return extracted;
  const answered = form.requiredSlots.filter((slot) => slot !== requestedSlot && tracker.slot(slot) !== null);
  const found = extracted.map((one) =>
    isSlot(one.event) && one.by === 'from_entity' && answered.includes(one.event.name)
      ? byEntity(slotSet(one.event.name, newValue(one.event.name, tracker, setting, true) ?? one.event.value))
      : one,
  );
  const fields = fieldsIn(tracker, setting);
  const named = answered.filter((slot) => fields.includes(slot));
  const isMeant = latestMessage.intent.name === assistance.correctIntent;
  if (isMeant || isPayload(tracker, domain)) return corrected(found, answered, isMeant ? named : [], tracker, setting);
  const isDenied = latestMessage.intent.name === assistance.denyIntent;
  return answeredOrCorrected(found, requestedSlot, answered, isDenied ? named : [], tracker);
}

/** The result for a message that is meant as a correction, if it corrects anything. */
function corrected(
  found: Extracted[],
  answered: readonly string[],
  named: readonly string[],
  tracker: TrackerView,
  setting: TurnSetting,
): Extracted[] {
  const isNaming = named.length > 0;
  const corrections = isNaming
    ? named.map((slot) => slotSet(slot, newValue(slot, tracker, setting, true) ?? null))
    : answered
        .map((slot) => slotSet(slot, newValue(slot, tracker, setting, false)))
        .filter(({ value }) => value !== undefined);
  if (corrections.length === 0) return found;
  const isReplaced = ({ event, by }: Extracted) =>
    by === 'from_text' ||
    (isNaming && by === 'from_entity') ||
    (isSlot(event) && corrections.some(({ name }) => name === event.name));
  return [...found.filter((one) => !isReplaced(one)), ...corrections.map(byEntity)];
}

/** The result for any other message: either the answer or the changes of earlier answers. */
function answeredOrCorrected(
  found: Extracted[],
  requested: string,
  answered: readonly string[],
  denied: readonly string[],
  tracker: TrackerView,
): Extracted[] {
  const isOf = (slots: readonly string[]) => (one: Extracted) => isSlot(one.event) && slots.includes(one.event.name);
  const answer = found.find(isOf([requested]));
  const changes = found.filter(isOf(answered));
  if (answer?.by === 'from_text') return found.filter((one) => !changes.includes(one));
  if (answer?.by !== 'from_intent') return found;
  const isNew = changes.some(({ event }) => isSlot(event) && !isSame(event.value, tracker.slot(event.name)));
  if (isNew) return found.filter((one) => one !== answer);
  if (denied.length === 0) return found;
  const kept = found.filter((one) => one !== answer && !changes.includes(one));
  return [...kept, ...denied.map((slot) => byEntity(slotSet(slot, null)))];
}

const byEntity = (event: Event): Extracted => ({ event, by: 'from_entity' });

/** The earlier answers among `candidates` that changed, or that the person wanted to correct. */
export function correctedAmong(
  candidates: readonly SlotEvent[],
  tracker: Tracker,
  after: TrackerView,
  { assistance }: TurnSetting,
): string[] {
  const { slots: before } = tracker.beforeMessage;
  const isWanted = tracker.latestMessage.intent.name === assistance?.correctIntent;
  return candidates
    .map(({ name }) => name)
    .filter((name) => name !== tracker.requestedSlot && (before[name] ?? null) !== null && after.slot(name) !== null)
    .filter((name) => isWanted || !isSame(before[name], after.slot(name)));
}

/** Slots that the message names for correction. */
const fieldsIn = ({ latestMessage: { entities } }: TrackerView, { assistance }: TurnSetting): unknown[] =>
  entities.filter(({ entity }) => entity === assistance?.fieldEntity).map(({ value }) => value);

/**
 * The value that the message's entities give to a slot, whichever question is open. Of several values, as in "x, and
 * not y", the last one that differs from the present value.
 */
function newValue(slot: string, tracker: TrackerView, { domain }: TurnSetting, isNamed: boolean): unknown {
  const { type, mappings = [] } = domain.slots[slot] ?? {};
  const form = tracker.activeLoop?.name;
  for (const mapping of mappings) {
    const { conditions } = mapping;
    const isOfForm =
      conditions.length === 0 || conditions.some(({ activeLoop }) => activeLoop === form || activeLoop === undefined);
    if (mapping.type !== 'from_entity' || !isOfForm) continue;
    if (!isNamed && !isUnambiguous(slot, mapping, tracker, domain)) continue;
    const values = entityValues(mapping, tracker.latestMessage);
    if (values.length === 0) continue;
    if (type === 'list') return values.flat();
    return values.findLast((value) => !isSame(value, tracker.slot(slot))) ?? values.at(-1);
  }
  return undefined;
}

const isSlot = (event: Event): event is SlotEvent => event.event === 'slot';

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one).toLowerCase() === JSON.stringify(other).toLowerCase();
