import { type SlotMapping } from '#assistant/model';
import {
  EXTRACT_SLOTS,
  isCustomAction,
  REQUESTED_SLOT,
  SESSION_METADATA_SLOT,
  VALIDATE_SLOT_MAPPINGS,
} from '#assistant/model';
import { runCustomAction, type TurnSetting } from './action-call.js';
import { type Extracted, withCorrections } from './correction.js';
import { type Event, type SlotEvent, slotSet } from '../tracker/event.js';
import { asideIn, CANCEL_QUESTION, skippedAnswer, underCancelQuestion } from './form-assistance.js';
import { isCommand, isUsable, valueOf } from './slot-mapping.js';
import { type Tracker } from '../tracker/tracker.js';

/**
 * The slots that the latest message fills. Each slot, in the order of the domain, takes its first matching mapping.
 * Custom mappings run their action. If the domain lists `action_validate_slot_mappings`, it decides last.
 * When an action fails, the slots that it was to extract or validate are left out.
 */
export async function extractSlots(tracker: Tracker, setting: TurnSetting): Promise<Event[]> {
  const { domain } = setting;
  if (isCustomAction(domain, EXTRACT_SLOTS)) return extractedBy(EXTRACT_SLOTS, tracker, setting);
  if (asideIn(tracker, setting)) return [];
  const skipped = skippedAnswer(tracker, setting);
  if (skipped) return [skipped];
  const asked = underCancelQuestion(tracker, setting);
  const found = withCorrections(
    await mapped(asked, setting, tracker.requestedSlot !== CANCEL_QUESTION),
    asked,
    setting,
  );
  const candidates = found.map(({ event }) => event);
  return isCustomAction(domain, VALIDATE_SLOT_MAPPINGS) ? checked(candidates, tracker, setting) : candidates;
}

async function mapped(tracker: Tracker, setting: TurnSetting, takesText: boolean): Promise<Extracted[]> {
  const { domain } = setting;
  const found: Extracted[] = [];
  const ran = new Set<string>();
  const isNoText = !takesText || isCommand(tracker, setting);
  const isTried = (name: string, mapping: SlotMapping) =>
    isUsable(name, mapping, tracker, domain) && !(mapping.type === 'from_text' && isNoText);
  for (const [name, slot] of Object.entries(domain.slots)) {
    if (name === REQUESTED_SLOT || name === SESSION_METADATA_SLOT) continue;
    for (const mapping of slot.mappings) {
      if (!isTried(name, mapping)) continue;
      if (mapping.type === 'custom') {
        if (!mapping.action || ran.has(mapping.action)) continue;
        ran.add(mapping.action);
        const events = await extractedBy(mapping.action, tracker, setting);
        found.push(...events.map((event): Extracted => ({ event, by: 'custom' })));
        continue;
      }
      const value = valueOf(mapping, tracker, slot.type === 'list');
      if (value === undefined) continue;
      found.push({ event: slotSet(name, value), by: mapping.type });
      break;
    }
  }
  return found;
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
