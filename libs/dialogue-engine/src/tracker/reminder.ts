import { type Entity } from '#contracts';
import { type CancelReminderEvent, type ReminderEvent, type UserEvent } from './event.js';

/** Metadata key of the user event for a due reminder; holds the reminder's name. */
export const REMINDER = 'reminder';

/**
 * The scheduled reminders after an event. A new reminder replaces one of the same name. `cancel_reminder` removes those
 * that match all of its fields (all reminders if it has none). A message removes the reminders that it makes unnecessary,
 * and the one that it came from.
 */
export function remindersAfter(
  scheduled: readonly ReminderEvent[],
  event: ReminderEvent | CancelReminderEvent | UserEvent,
): readonly ReminderEvent[] {
  switch (event.event) {
    case 'reminder':
      return [...scheduled.filter(({ name }) => name !== event.name), event];
    case 'cancel_reminder':
      return scheduled.filter((reminder) => !isCancelled(reminder, event));
    case 'user':
      if (scheduled.length === 0) return scheduled;
      return scheduled.filter(
        ({ name, kill_on_user_msg }) => kill_on_user_msg === false && name !== event.metadata?.[REMINDER],
      );
  }
}

function isCancelled(reminder: ReminderEvent, { name, intent, entities }: CancelReminderEvent): boolean {
  const sameEntities = () => entityKey(reminder.entities) === entityKey(entities);
  return (
    (name ?? reminder.name) === reminder.name &&
    (intent ?? reminder.intent) === reminder.intent &&
    (entities === undefined || entities === null || sameEntities())
  );
}

const entityKey = (entities: unknown): string =>
  entitiesOf(entities)
    .map(({ entity, value }) => JSON.stringify([entity, value]))
    .sort()
    .join();

/** Entities of a triggered intent or a reminder: a list, or values by entity. Anything else gives none. */
export function entitiesOf(given: unknown): Entity[] {
  if (Array.isArray(given))
    return given.flatMap((one: unknown) =>
      typeof one === 'object' && one !== null && 'entity' in one && typeof one.entity === 'string'
        ? [{ value: null, start: 0, end: 0, ...one, entity: one.entity }]
        : [],
    );
  if (typeof given !== 'object' || given === null) return [];
  return Object.entries(given).flatMap(([entity, values]) =>
    [values].flat().map((value: unknown) => ({ entity, value, start: 0, end: 0 })),
  );
}
