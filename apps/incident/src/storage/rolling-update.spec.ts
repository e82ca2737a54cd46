import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { incidentStore } from '../incident-service.fixture.js';
import { OperationStore } from '../operations/operation.store.js';
import { type OpenRequest } from './operation.js';
import { WatchStore } from './watch.store.js';

const NAME = 'a-backend';
const opening: OpenRequest = {
  kind: 'open',
  email: 'ann@example.com',
  conversationId: 'chat',
  title: 'Printer',
  description: 'It hums.',
  priority: 'low',
};

let database: Awaited<ReturnType<typeof incidentStore>>;
let operations: OperationStore;
let watches: WatchStore;

beforeAll(async () => {
  database = await incidentStore();
});
afterAll(() => database.close());
beforeEach(async () => {
  await run(sql`truncate incident.operations, incident.backends`);
  operations = new OperationStore(database.store);
  watches = new WatchStore(database.store);
});

async function run(query: ReturnType<typeof sql>): Promise<unknown[]> {
  return ((await database.store.run((db) => db.execute(query))) as { rows: unknown[] }).rows;
}

/** The SQL statements of version 0.1. */
const previous = {
  begin: (id: string) =>
    run(sql`insert into incident.operations (id, request, state, attempts, maybe_since, not_before)
      values (${id}, ${JSON.stringify(opening)}, 'pending', 1, now(), now() + interval '30 seconds')`),
  takeDue: () =>
    run(sql`update incident.operations set attempts = attempts + 1, not_before = now() + interval '30 seconds'
      where state = 'pending' and not_before <= now() returning id`),
  beginReading: () =>
    run(sql`update incident.backends set read_until = now() + interval '10 seconds'
      where name = ${NAME} and (read_until is null or read_until < now()) returning name`),
  endReading: () => run(sql`update incident.backends set read_until = null, cursor = 'theirs' where name = ${NAME}`),
};

describe('Beside a replica of version 0.1', () => {
  describe('an operation', () => {
    const takeDue = () => operations.takeDue(new Date(), 10);

    it('started by that replica is left to it until its lease ends', async () => {
      await previous.begin('theirs');
      expect(await takeDue()).toEqual([]);
      await run(sql`update incident.operations set not_before = now() - interval '1 second'`);
      expect(await takeDue()).toMatchObject([{ id: 'theirs', attempts: 2, maybeSince: expect.any(Date) }]);
    });

    it('that we started, took or renewed is left to us until our lease ends', async () => {
      await operations.begin('ours', opening, true, new Date());
      expect(await previous.takeDue()).toEqual([]);
      await operations.postpone('ours', new Date(Date.now() - 1_000), 'no luck', undefined);
      expect(await takeDue()).toHaveLength(1);
      await operations.renew(['ours']);
      expect(await previous.takeDue()).toEqual([]);
      await run(sql`update incident.operations set not_before = now(), lease_until = now()`);
      expect(await previous.takeDue()).toEqual([{ id: 'ours' }]);
    });

    it('that we postponed can be taken by that replica when it is due', async () => {
      await operations.begin('ours', opening, true, new Date());
      await operations.postpone('ours', new Date(Date.now() - 1_000), 'no luck', undefined);
      expect(await previous.takeDue()).toEqual([{ id: 'ours' }]);
      expect(await takeDue()).toEqual([]);
    });
  });

  describe('the poll for changes', () => {
    beforeEach(async () => {
      await watches.beginReading(NAME);
      await watches.endReading(NAME, 'start');
    });

    it('that it started is left to it until it ends', async () => {
      expect(await previous.beginReading()).toHaveLength(1);
      expect(await watches.beginReading(NAME)).toBeUndefined();
      await previous.endReading();
      expect(await watches.beginReading(NAME)).toEqual({ cursor: 'theirs' });
    });

    it('that we started is left to us until we end it', async () => {
      await watches.beginReading(NAME);
      await watches.keepReading(NAME);
      expect(await previous.beginReading()).toEqual([]);
      await watches.endReading(NAME, 'ours');
      expect(await previous.beginReading()).toHaveLength(1);
    });
  });
});
