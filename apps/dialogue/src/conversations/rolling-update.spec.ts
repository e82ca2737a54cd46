import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { type Envelope } from '#contracts';
import { projectRoot } from '#service';
import { EmbeddedHost, Store } from '#store';
import { NotificationStore } from '../notifications/notification.store.js';
import { ReminderStore } from '../reminders/reminder.store.js';

const event = { time: '2026-01-01T00:00:00.000Z' } as Envelope;

let host: EmbeddedHost;
let store: Store;
let reminders: ReminderStore;
let notifications: NotificationStore;

beforeAll(async () => {
  host = new EmbeddedHost('memory://');
  store = new Store(host, { service: 'dialogue', folder: join(projectRoot, 'apps/dialogue/migrations') });
  await store.open();
});
afterAll(() => host.close());
beforeEach(async () => {
  await run(sql`truncate dialogue.reminders, dialogue.waiting_news`);
  await run(sql`insert into dialogue.reminders (conversation_id, name, due_at, output_channel)
    values ('c', 'chase', now(), 'rest')`);
  reminders = new ReminderStore(store);
  notifications = new NotificationStore(store);
  await notifications.keep('n', 'c', event);
});

async function run(query: ReturnType<typeof sql>): Promise<unknown[]> {
  return ((await store.run((db) => db.execute(query))) as { rows: unknown[] }).rows;
}

/** The statements of version 0.1. */
const previous = {
  takeReminders: () =>
    run(sql`update dialogue.reminders set announced_at = now()
      where due_at <= now() and (announced_at is null or announced_at < now() - interval '1 minute') returning name`),
  releaseReminder: () => run(sql`update dialogue.reminders set announced_at = null where name = 'chase'`),
  takeNotifications: () =>
    run(sql`update dialogue.waiting_news set not_before = now() + interval '10 seconds'
      where not_before <= now() returning id`),
};

describe('Beside a replica of version 0.1', () => {
  describe('a reminder', () => {
    it('that the old replica has taken stays with it until it releases the reminder', async () => {
      expect(await previous.takeReminders()).toHaveLength(1);
      expect(await reminders.takeDue()).toEqual([]);
      await previous.releaseReminder();
      expect(await reminders.takeDue()).toHaveLength(1);
    });

    it('that the old replica has taken and lost is taken a minute later', async () => {
      await previous.takeReminders();
      await run(sql`update dialogue.reminders set announced_at = now() - interval '1 minute'`);
      expect(await reminders.takeDue()).toHaveLength(1);
    });

    it('that the new replica has taken stays with it until it releases the reminder', async () => {
      const [taken] = await reminders.takeDue();
      expect(await previous.takeReminders()).toEqual([]);
      await reminders.release(taken!);
      expect(await previous.takeReminders()).toHaveLength(1);
    });

    it('that the new replica has taken and lost is free for the old one a minute later', async () => {
      await reminders.takeDue();
      await run(sql`update dialogue.reminders set lease_until = now() - interval '1 second'`);
      expect(await previous.takeReminders()).toHaveLength(1);
    });
  });

  describe('a notification', () => {
    it('that the old replica has taken stays with it until that counts as dead', async () => {
      expect(await previous.takeNotifications()).toHaveLength(1);
      expect(await notifications.takeDue()).toEqual([]);
      await run(sql`update dialogue.waiting_news set not_before = now()`);
      expect(await notifications.takeDue()).toHaveLength(1);
    });

    it('that the new replica has taken stays with it, and is free for the old one once it is postponed', async () => {
      expect(await notifications.takeDue()).toHaveLength(1);
      expect(await notifications.renew(['n'])).toEqual(new Set(['n']));
      expect(await previous.takeNotifications()).toEqual([]);
      await notifications.postpone('n', 0);
      expect(await previous.takeNotifications()).toHaveLength(1);
    });
  });

  it('that one of two new replicas has taken is neither renewed, postponed nor released by the other', async () => {
    const [reminder] = await reminders.takeDue();
    await notifications.takeDue();
    const others = { reminders: new ReminderStore(store), notifications: new NotificationStore(store) };
    expect(await others.notifications.renew(['n'])).toEqual(new Set());
    await others.notifications.postpone('n', 0);
    await others.reminders.release(reminder!);
    expect(await others.notifications.takeDue()).toEqual([]);
    expect(await others.reminders.takeDue()).toEqual([]);
  });
});
