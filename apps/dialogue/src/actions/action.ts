import { DiscoveryService } from '@nestjs/core';
import { type Static, type TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { type ActionCall, type ActionResult, type Event, type TrackerView } from '#dialogue-engine';
import { type Envelope } from '#contracts';

/**
 * Makes a class the custom action that the domain lists under this name: `@Action('action_open_incident')`. The class
 * must be a provider of any module of the service; it needs no other registration.
 */
export const Action = DiscoveryService.createDecorator<string>();

/** What an action can read, and do besides answering. */
export interface ActionContext extends ActionCall {
  /** The message that is being answered. */
  messageId: string;
  inputChannel: string;
  /** Whether the message came from another bot that handed the conversation to us and switches hosts itself. */
  isFromHost: boolean;
  /** The writer's email address, when the channel asserts it. */
  assertedEmail?: string;
  /** The message's envelope: the cause of everything that the action sends. */
  cause: Envelope;
  /** Aborted at the action's time limit. Nobody waits for the action after that. */
  signal: AbortSignal;
  /** From the end of this turn on, the conversation's messages go to this host. */
  handOver: (this: void, host: string) => void;
}

/**
 * A custom action of the assistant. It throws `ActionRejected` to decline. When it throws any other error, or takes
 * longer than `ACTION_TIMEOUT_MS`, the person gets an apology and nothing changes.
 */
export interface CustomAction {
  run(context: ActionContext): Promise<ActionResult>;
}

export const slot = (name: string, value: unknown): Event => ({ event: 'slot', name, value });

/** The text of a slot; empty when the slot holds no text. */
export function textSlot(tracker: TrackerView, name: string): string {
  const value = tracker.slot(name);
  return typeof value === 'string' ? value : '';
}

/** The value of an entity of the latest message, as text; undefined when the message has no entity of this name. */
export function entityOf(tracker: TrackerView, name: string): string | undefined {
  const value = tracker.latestMessage.entities.find(({ entity }) => entity === name)?.value;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** The value of a slot if it has this type, as in `slotAs(tracker, 'confirm', Type.Boolean())`; otherwise undefined. */
export function slotAs<Schema extends TSchema>(
  tracker: TrackerView,
  name: string,
  schema: Schema,
): Static<Schema> | undefined {
  const value = tracker.slot(name);
  return Check(schema, value) ? value : undefined;
}

/** The value of a slot after these events; null when the slot is empty. */
export function valueAfter(events: readonly Event[], tracker: TrackerView, name: string): unknown {
  for (const event of events.toReversed()) if (event.event === 'slot' && event.name === name) return event.value;
  return tracker.slot(name);
}

/**
 * The values that a form wants validated: the last value of each slot among the slot events at the end of the tracker.
 */
export function candidates(tracker: TrackerView): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const event of tracker.events.toReversed()) {
    if (event.event !== 'slot') break;
    if (!found.has(event.name)) found.set(event.name, event.value);
  }
  return found;
}
