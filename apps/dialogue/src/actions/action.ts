import { DiscoveryService } from '@nestjs/core';
import { type Static, type TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { type ActionCall, type ActionResult, type Event, type TrackerView } from '#dialogue-engine';
import { type Envelope } from '#contracts';

/**
 * Makes a class the custom action that the domain lists under this name: `@Action('action_open_incident')`. Nothing else
 * registers it; being a provider of any module of the service is enough.
 */
export const Action = DiscoveryService.createDecorator<string>();

/** What an action gets to know and to do besides answering. */
export interface ActionContext extends ActionCall {
  /** The message that is being answered. */
  messageId: string;
  inputChannel: string;
  /** The message came from another bot that handed the conversation to us and switches hosts itself. */
  isFromHost: boolean;
  /** The address of who wrote it, when the channel asserts it. */
  assertedEmail?: string;
  /** Its envelope, as the cause of what the action sends. */
  cause: Envelope;
  /** Aborted when the action's time is over; what it does from then on is not waited for. */
  signal: AbortSignal;
  /** From the end of this turn on, the conversation's messages go to this host. */
  handOver: (this: void, host: string) => void;
}

/**
 * A custom action of the assistant. It declines with `ActionRejected`; what else it throws, or taking longer than
 * `ACTION_TIMEOUT_MS`, is told to the person as a failure and changes nothing.
 */
export interface CustomAction {
  run(context: ActionContext): Promise<ActionResult>;
}

export const slot = (name: string, value: unknown): Event => ({ event: 'slot', name, value });

/** A slot's text; empty when it holds none. */
export function textSlot(tracker: TrackerView, name: string): string {
  const value = tracker.slot(name);
  return typeof value === 'string' ? value : '';
}

/** The value of an entity of the latest message, as text; undefined when it has none of this name. */
export function entityOf(tracker: TrackerView, name: string): string | undefined {
  const value = tracker.latestMessage.entities.find(({ entity }) => entity === name)?.value;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** A slot's value when it is of this type, as in `slotAs(tracker, 'confirm', Type.Boolean())`; else undefined. */
export function slotAs<Schema extends TSchema>(
  tracker: TrackerView,
  name: string,
  schema: Schema,
): Static<Schema> | undefined {
  const value = tracker.slot(name);
  return Check(schema, value) ? value : undefined;
}

/** What a slot holds once these events have happened; null when nothing. */
export function valueAfter(events: readonly Event[], tracker: TrackerView, name: string): unknown {
  for (const event of events.toReversed()) if (event.event === 'slot' && event.name === name) return event.value;
  return tracker.slot(name);
}

/** The values that a form asks its validation about: the slot events at the end of the tracker, the last of each. */
export function candidates(tracker: TrackerView): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const event of tracker.events.toReversed()) {
    if (event.event !== 'slot') break;
    if (!found.has(event.name)) found.set(event.name, event.value);
  }
  return found;
}
