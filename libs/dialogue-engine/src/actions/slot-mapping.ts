import { type Domain, type SlotMapping } from '#assistant/model';
import { type TurnSetting } from './action-call.js';
import { type ParseData } from '../tracker/event.js';
import { type TrackerView } from '../tracker/tracker.js';

/** Whether a mapping may fill its slot from the latest message, judged by intents, forms and conditions. */
export function isUsable(slot: string, mapping: SlotMapping, tracker: TrackerView, domain: Domain): boolean {
  return (
    isIntentDesired(mapping, tracker, domain) &&
    (mapping.type === 'from_trigger_intent'
      ? isOfActiveLoop(mapping, tracker)
      : areConditionsMet(slot, mapping, tracker)) &&
    (mapping.type !== 'from_entity' || isUnambiguous(slot, mapping, tracker, domain))
  );
}

function isIntentDesired(
  { intents, notIntents, conditions }: SlotMapping,
  tracker: TrackerView,
  domain: Domain,
): boolean {
  const intent = tracker.latestMessage.intent.name ?? '';
  if (intents.length > 0) return intents.includes(intent);
  const loop = tracker.activeLoop?.name;
  const concernsLoop = conditions.length === 0 || conditions.some(({ activeLoop }) => activeLoop === loop);
  const ignored = loop && concernsLoop ? (domain.forms[loop]?.ignoredIntents ?? []) : [];
  return !notIntents.includes(intent) && !ignored.includes(intent);
}

/** A trigger intent applies while its loop runs, whatever slot is requested. */
function isOfActiveLoop({ conditions }: SlotMapping, { activeLoop }: TrackerView): boolean {
  return (
    activeLoop !== null && (conditions.length === 0 || conditions.some((one) => one.activeLoop === activeLoop.name))
  );
}

function areConditionsMet(slot: string, { conditions }: SlotMapping, tracker: TrackerView): boolean {
  if (conditions.length === 0) return true;
  const { activeLoop, requestedSlot } = tracker;
  if (activeLoop?.rejected && requestedSlot === slot) return false;
  return conditions.some(
    (wanted) =>
      (wanted.activeLoop === undefined || wanted.activeLoop === (activeLoop?.name ?? null)) &&
      (wanted.requestedSlot === undefined || wanted.requestedSlot === requestedSlot),
  );
}

/** Within a form, an entity that fits several required slots fills only the requested one. */
export function isUnambiguous(slot: string, mapping: SlotMapping, tracker: TrackerView, domain: Domain): boolean {
  const required = domain.forms[tracker.activeLoop?.name ?? '']?.requiredSlots ?? [];
  if (!required.includes(slot) || tracker.requestedSlot === slot) return true;
  return !required.some(
    (other) =>
      other !== slot &&
      domain.slots[other]?.mappings.some(
        ({ type, entity, role, group }) =>
          type === 'from_entity' && entity === mapping.entity && role === mapping.role && group === mapping.group,
      ),
  );
}

/** The values of the entities that a mapping accepts, in the order of the message. */
export const entityValues = (mapping: SlotMapping, { entities }: ParseData): unknown[] =>
  entities
    .filter((found) => found.entity === mapping.entity && found.role === mapping.role && found.group === mapping.group)
    .map(({ value }) => value);

/** The value that a mapping finds in the latest message; undefined: none. */
export function valueOf(mapping: SlotMapping, { latestMessage }: TrackerView, isList: boolean): unknown {
  switch (mapping.type) {
    case 'from_entity': {
      const values = entityValues(mapping, latestMessage);
      if (values.length === 0) return undefined;
      return isList ? values.flat() : values.at(-1);
    }
    case 'from_text':
      return latestMessage.text ?? undefined;
    case 'from_intent':
    case 'from_trigger_intent':
      return mapping.value ?? undefined;
    case 'custom':
      return undefined;
  }
}

/** Commands are short. A message with this many words is a command only if the NLU is certain. */
const MANY_WORDS = 5;

/** Whether a message is a command, if the engine was told to keep commands out of free-text slots. */
export function isCommand(tracker: TrackerView, { commands, domain, assistance }: TurnSetting): boolean {
  if (commands === undefined) return false;
  if (isPayload(tracker, domain)) return true;
  const { intent, text } = tracker.latestMessage;
  if (!commands.has(intent.name ?? '')) return false;
  const isLong = (text ?? '').trim().split(/\s+/).length >= MANY_WORDS;
  return !isLong || intent.confidence >= (assistance?.commandConfidence ?? 0);
}

/** Whether the message is a payload of a button, such as `/inform{"site":"leeds"}`, with an intent of the assistant. */
export function isPayload({ latestMessage: { text } }: TrackerView, { intents }: Domain): boolean {
  const payload = /^\s*\/([^{@\s]+)/.exec(text ?? '')?.[1];
  return payload !== undefined && Object.hasOwn(intents, payload);
}
