import { EXTRACT_SLOTS, isCustomAction, isResponse, TWO_STAGE_FALLBACK } from '#assistant/model';
import { runCustomAction, type TurnSetting, utter } from './action-call.js';
import { runDefaultAction } from './default-actions.js';
import { type Event } from '../tracker/event.js';
import { runForm } from './form.js';
import { extractSlots } from './slot-extraction.js';
import { type Tracker } from '../tracker/tracker.js';
import { runTwoStageFallback } from './two-stage-fallback.js';

/**
 * Runs an action of any kind and returns its events; it does not advance the tracker. Custom code takes precedence over a
 * default action of the same name. Throws `ActionRejected` when the action declines, and any other error when it fails.
 */
export async function runAction(name: string, tracker: Tracker, setting: TurnSetting): Promise<Event[]> {
  const { domain } = setting;
  if (isCustomAction(domain, name)) return runCustomAction(name, tracker, setting);
  if (Object.hasOwn(domain.forms, name)) return runForm(name, tracker, setting);
  if (isResponse(domain, name)) return utter(name, tracker, setting);
  if (name === TWO_STAGE_FALLBACK) return runTwoStageFallback(tracker, setting);
  if (name === EXTRACT_SLOTS) return extractSlots(tracker, setting);
  return runDefaultAction(name, tracker, setting);
}
