import { type Domain, type SlotMapping } from '#assistant';
import {
  EXTRACT_SLOTS,
  isCustomAction,
  REQUESTED_SLOT,
  SESSION_METADATA_SLOT,
  VALIDATE_SLOT_MAPPINGS,
} from './action-names.js';
import { runCustomAction, type TurnSetting } from './action-call.js';
import { type Event, type SlotEvent, slotSet } from './event.js';
import { type Tracker, type TrackerView } from './tracker.js';

/**
 * The slots that the latest message fills: for each slot, in the order of the domain, by the first mapping that fits.
 * Custom mappings run their action, and `action_validate_slot_mappings` has the last word where the domain lists it.
 * What a failing action was to extract or to check is left out.
 */
export async function extractSlots(tracker: Tracker, setting: TurnSetting): Promise<Event[]> {
  const { domain } = setting;
  if (isCustomAction(domain, EXTRACT_SLOTS)) return extractedBy(EXTRACT_SLOTS, tracker, setting);
  const candidates: Event[] = [];
  const ran = new Set<string>();
  for (const [name, slot] of Object.entries(domain.slots)) {
    if (name === REQUESTED_SLOT || name === SESSION_METADATA_SLOT) continue;
    for (const mapping of slot.mappings) {
      if (!isUsable(name, mapping, tracker, domain)) continue;
      if (mapping.type === 'from_text' && isCommand(tracker, setting)) continue;
      if (mapping.type === 'custom') {
        if (!mapping.action || ran.has(mapping.action)) continue;
        ran.add(mapping.action);
        candidates.push(...(await extractedBy(mapping.action, tracker, setting)));
        continue;
      }
      const value = valueOf(mapping, tracker, slot.type === 'list');
      if (value === undefined) continue;
      candidates.push(slotSet(name, value));
      break;
    }
  }
  return isCustomAction(domain, VALIDATE_SLOT_MAPPINGS) ? checked(candidates, tracker, setting) : candidates;
}

async function extractedBy(action: string, tracker: Tracker, setting: TurnSetting): Promise<Event[]> {
  try {
    return (await runCustomAction(action, tracker.copy(), setting)).filter(isSlotOrBot);
  } catch (error) {
    return setting.fail(action, error, tracker);
  }
}

async function checked(candidates: Event[], tracker: Tracker, setting: TurnSetting): Promise<Event[]> {
  const seen = tracker.copy();
  seen.apply(...candidates);
  try {
    const returned = (await runCustomAction(VALIDATE_SLOT_MAPPINGS, seen, setting)).filter(isSlotOrBot);
    const decided = new Set(returned.filter(isSlot).map(({ name }) => name));
    return [...candidates.filter((event) => !(isSlot(event) && decided.has(event.name))), ...returned];
  } catch (error) {
    return setting.fail(VALIDATE_SLOT_MAPPINGS, error, tracker);
  }
}

const isSlot = (event: Event): event is SlotEvent => event.event === 'slot';
const isSlotOrBot = ({ event }: Event): boolean => event === 'slot' || event === 'bot';

function isUsable(slot: string, mapping: SlotMapping, tracker: TrackerView, domain: Domain): boolean {
  return (
    isIntentDesired(mapping, tracker, domain) &&
    (mapping.type === 'from_trigger_intent'
      ? isOfActiveLoop(mapping, tracker)
      : areConditionsMet(slot, mapping, tracker)) &&
    (mapping.type !== 'from_entity' || isUnambiguous(slot, mapping, tracker, domain))
  );
}

/** Whether a message tells the assistant to do something, where the engine was told to keep such out of free texts. */
function isCommand({ latestMessage: { text, intent } }: TrackerView, { commands, domain }: TurnSetting): boolean {
  if (commands === undefined) return false;
  const payload = /^\s*\/([^{@\s]+)/.exec(text ?? '')?.[1];
  return commands.has(intent.name ?? '') || (payload !== undefined && Object.hasOwn(domain.intents, payload));
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

/** A trigger intent counts while its loop runs, whatever slot is requested. */
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

/** Within a form, an entity that several required slots could take goes to the requested one only. */
function isUnambiguous(slot: string, mapping: SlotMapping, tracker: TrackerView, domain: Domain): boolean {
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

function valueOf(mapping: SlotMapping, { latestMessage }: TrackerView, isList: boolean): unknown {
  switch (mapping.type) {
    case 'from_entity': {
      const values = latestMessage.entities
        .filter(
          (found) => found.entity === mapping.entity && found.role === mapping.role && found.group === mapping.group,
        )
        .map(({ value }) => value);
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
