import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { waitUntil } from '#testing';
import { failure, MemoryBackend } from '../backends/memory-backend.fixture.js';
import { incidentStore, IncidentServiceParts } from '../incident-service.fixture.js';
import { WatchStore } from '../storage/watch.store.js';

const ANN = 'ann@example.com';
const NUMBER = 'INC0000001';

let database: Awaited<ReturnType<typeof incidentStore>>;
let backend: MemoryBackend;
let parts: IncidentServiceParts;
let count = 0;

beforeAll(async () => {
  database = await incidentStore();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.store.run((db) =>
    db.execute(sql`truncate incident.operations, incident.backends, incident.watched_incidents, incident.news`),
  );
  backend = new MemoryBackend(ANN);
  parts = new IncidentServiceParts(database.store, backend);
  await parts.watcher.poll();
  await parts.worker.execute(`open-${count++}`, opening, 2_000);
});
afterEach(() => parts.close());

const opening = {
  kind: 'open',
  email: ANN,
  conversationId: 'chat',
  title: 'Printer',
  description: 'It hums.',
  priority: 'low',
} as const;

const move = (to: 'resolve' | 'cancel' | 'reopen' | 'escalate') =>
  ({
    kind: 'change',
    email: ANN,
    conversationId: 'chat',
    number: NUMBER,
    action: { kind: 'move', to, note: 'Please.' },
  }) as const;

/** Everything published so far, in order. */
async function published(): Promise<typeof parts.updated> {
  const flush = { conversationId: 'chat', changeId: `flush-${count++}`, number: NUMBER, title: 'x' };
  await database.store.run((db) =>
    db.execute(sql`insert into incident.news (id, data) values (${flush.changeId}, ${JSON.stringify(flush)})`),
  );
  await parts.watcher.poll();
  await waitUntil('the notification came', () => parts.updated.some(({ changeId }) => changeId === flush.changeId));
  return parts.updated.filter(({ changeId }) => !changeId.startsWith('flush'));
}

describe('Notifications of an incident', () => {
  it('report a new state, once, in words', async () => {
    backend.change(NUMBER, { state: 'in-progress' });
    await parts.watcher.poll();
    await parts.watcher.poll();
    expect(await published()).toEqual([
      {
        conversationId: 'chat',
        changeId: `${NUMBER}:2`,
        number: NUMBER,
        title: 'Printer',
        state: 'in progress',
        isResolved: false,
      },
    ]);
  });

  it('report each text of the desk once, and no text of the caller', async () => {
    backend.write(NUMBER, 'Which floor?');
    backend.write(NUMBER, 'The third one', true);
    backend.write(NUMBER, 'On our way.');
    await parts.watcher.poll();
    backend.change(NUMBER, { title: 'Printer (3rd floor)' });
    expect((await published()).map(({ comment }) => comment)).toEqual(['Which floor?', 'On our way.']);
  });

  it('report a text that the desk wrote just before an action of the caller', async () => {
    backend.write(NUMBER, 'Which floor?');
    await parts.worker.execute(`move-${count++}`, move('escalate'), 2_000);
    expect((await published()).map(({ comment }) => comment)).toEqual(['Which floor?']);
  });

  it('report a state that the desk set just before another action of the caller', async () => {
    backend.change(NUMBER, { state: 'in-progress' });
    await parts.worker.execute(`move-${count++}`, move('escalate'), 2_000);
    expect(await published()).toMatchObject([{ state: 'in progress' }]);
  });

  it('leave out a state that the caller changed before it was reported', async () => {
    backend.change(NUMBER, { state: 'in-progress' });
    await parts.worker.execute(`move-${count++}`, move('resolve'), 2_000);
    expect(await published()).toEqual([]);
  });

  it('report a state that the desk set after the caller’s own request for it failed', async () => {
    backend.fail('transition', failure('rejected'));
    await parts.worker.execute(`move-${count++}`, move('resolve'), 2_000);
    backend.change(NUMBER, { state: 'resolved' });
    expect(await published()).toMatchObject([{ state: 'resolved' }]);
  });

  it('use the clock of the ticket system, which may be far behind ours', async () => {
    const create = backend.create.bind(backend);
    const theirNow = new Date(Date.now() - 3_600_000);
    backend.create = async (...order) => ({ ...(await create(...order)), openedAt: theirNow, updatedAt: theirNow });
    await parts.worker.execute(`open-${count++}`, opening, 2_000);
    backend.write('INC0000002', 'On our way.');
    for (const comment of backend.written.get('INC0000002') ?? []) comment.writtenAt = theirNow;
    expect((await published()).map(({ comment }) => comment)).toEqual(['On our way.']);
  });

  it('report whether the incident is solved now', async () => {
    backend.change(NUMBER, { state: 'resolved' });
    expect(await published()).toMatchObject([{ state: 'resolved', isResolved: true }]);
  });

  it('leave out the caller’s own actions', async () => {
    await parts.worker.execute(`move-${count++}`, move('cancel'), 2_000);
    expect(await published()).toEqual([]);
  });

  it('leave out the caller’s own actions when a change is read before the answer arrives', async () => {
    backend.fail('transition', failure('timeout', { mayHaveHappened: true }), true);
    await parts.worker.execute(`move-${count++}`, move('cancel'), 50);
    expect(await published()).toEqual([]);
  });

  it('of incidents without a follower here are not sent', async () => {
    await parts.worker.execute(`open-${count++}`, { ...opening, conversationId: undefined } as never, 2_000);
    backend.change('INC0000002', { state: 'resolved' });
    expect(await published()).toEqual([]);
  });

  it('that were recorded but not published, because the process ended, are published by the next one', async () => {
    const publish = parts.bus.publish.bind(parts.bus);
    parts.bus.publish = () => Promise.reject(new Error('the broker is away'));
    backend.change(NUMBER, { state: 'in-progress' });
    await parts.watcher.poll();
    parts.bus.publish = publish;
    expect(await published()).toHaveLength(1);
  });

  it('are not lost when polling for changes fails', async () => {
    backend.change(NUMBER, { state: 'in-progress' });
    backend.fail('changesSince', failure('unavailable'));
    await parts.watcher.poll();
    expect(await published()).toHaveLength(1);
  });

  it('that were recorded are published even when no changes can be read', async () => {
    backend.changesSince = () => Promise.reject(failure('unavailable'));
    expect(await published()).toEqual([]);
  });

  it.each(['forbidden', 'unexpected'] as const)('do not wait when reading comments fails as %s', async (kind) => {
    backend.change(NUMBER, { state: 'in-progress' });
    const comments = backend.comments.bind(backend);
    backend.comments = () => Promise.reject(failure(kind));
    expect(await published()).toMatchObject([{ state: 'in progress' }]);
    backend.comments = comments;
  });

  describe('of an incident without a change for a day', () => {
    const aDayLater = () =>
      database.store.run((db) =>
        db.execute(sql`update incident.watched_incidents set looked_at = looked_at - interval '25 hours'`),
      );
    const isWatched = () => parts.watches.isNotified(NUMBER, 'chat');

    it('are sent although the poll found no change of it', async () => {
      backend.change(NUMBER, { state: 'resolved' });
      backend.changesSince = async (cursor) => ({ incidents: [], cursor: cursor ?? '', hasMore: false });
      expect(await published()).toEqual([]);
      await aDayLater();
      expect(await published()).toMatchObject([{ state: 'resolved' }]);
    });

    it('end when it is missing twice, a day apart', async () => {
      const [gone] = backend.incidents.splice(0, 1);
      await aDayLater();
      await parts.watcher.poll();
      await parts.watcher.poll();
      expect(await isWatched()).toBe(true);
      await aDayLater();
      await parts.watcher.poll();
      expect(await isWatched()).toBe(false);
      backend.incidents.push(gone!);
    });

    it('continue when it is back the second time', async () => {
      const [hidden] = backend.incidents.splice(0, 1);
      await aDayLater();
      await parts.watcher.poll();
      backend.incidents.push(hidden!);
      for (let day = 0; day < 2; day++) {
        await aDayLater();
        await parts.watcher.poll();
      }
      expect(await isWatched()).toBe(true);
    });

    it.each(['forbidden', 'unexpected'] as const)('do not delay others when reading it fails as %s', async (kind) => {
      await parts.worker.execute(`open-${count++}`, opening, 2_000);
      const get = backend.get.bind(backend);
      backend.get = (number) => (number === NUMBER ? Promise.reject(failure(kind)) : get(number));
      await aDayLater();
      await parts.watcher.poll();
      backend.calls.length = 0;
      await parts.watcher.poll();
      expect(backend.calls).toContain('get');
      expect(await isWatched()).toBe(true);
    });

    it('cause no call once it is closed', async () => {
      backend.change(NUMBER, { state: 'closed' });
      await parts.watcher.poll();
      await aDayLater();
      backend.calls.length = 0;
      await parts.watcher.poll();
      expect(backend.calls).not.toContain('get');
    });
  });

  it('are read by one of several replicas at a time', async () => {
    backend.calls.length = 0;
    const other = new IncidentServiceParts(database.store, backend);
    await Promise.all([parts.watcher.poll(), other.watcher.poll()]);
    await other.close();
    expect(backend.calls.filter((call) => call === 'changesSince')).toHaveLength(1);
  });

  describe('when the replica that polls', () => {
    const leaseSeconds = async (): Promise<number> => {
      const query = sql`select extract(epoch from lease_until - now()) as seconds from incident.backends`;
      const { rows } = (await database.store.run((db) => db.execute(query))) as { rows: { seconds: string }[] };
      return Number(rows[0]?.seconds);
    };
    const endLease = () =>
      database.store.run((db) =>
        db.execute(sql`update incident.backends set lease_until = now() - interval '1 second'`),
      );

    it('has died are sent by another replica seconds later', async () => {
      backend.change(NUMBER, { state: 'in-progress' });
      await new WatchStore(database.store).beginReading(backend.name);
      expect(await published()).toEqual([]);
      expect(await leaseSeconds()).toBeLessThanOrEqual(10);
      await endLease();
      expect(await published()).toHaveLength(1);
    });

    describe('takes long', () => {
      let goOn: () => void;
      let reads: number;
      let reading: Promise<void>;
      beforeEach(async () => {
        const changesSince = backend.changesSince.bind(backend);
        const held = new Promise<void>((resolve) => (goOn = resolve));
        reads = 0;
        backend.changesSince = async (...since) => {
          reads++;
          await held;
          return { ...(await changesSince(...since)), hasMore: true };
        };
        reading = parts.watcher.poll();
        await waitUntil('it reads', () => reads > 0);
      });
      afterEach(async () => {
        goOn();
        await reading;
      });

      it('are left to that replica', async () => {
        await database.store.run((db) =>
          db.execute(sql`update incident.backends set lease_until = now() + interval '6 seconds'`),
        );
        await waitUntil('it renews its lease', async () => (await leaseSeconds()) > 6);
        const other = new IncidentServiceParts(database.store, backend);
        await other.watcher.poll();
        await other.close();
        expect(reads).toBe(1);
      });

      it('are left to the next holder when the lease was lost', async () => {
        const keepReading = parts.watches.keepReading.bind(parts.watches);
        let isLost = false;
        parts.watches.keepReading = async (name) => {
          const isHeld = await keepReading(name);
          isLost ||= !isHeld;
          return isHeld;
        };
        await endLease();
        const successor = new WatchStore(database.store);
        expect(await successor.beginReading(backend.name)).toEqual({ cursor: '0' });
        await waitUntil('it notices the lost lease', () => isLost);
        goOn();
        await reading;
        expect(reads).toBe(1);
        expect(await successor.keepReading(backend.name)).toBe(true);
      });
    });
  });

  it('are sent at once when the backend reports a change', async () => {
    backend.change(NUMBER, { state: 'on-hold', waitsFor: 'caller' });
    await parts.watcher.incidentChanged(NUMBER);
    expect(await published()).toMatchObject([{ state: 'on hold, waiting for your answer' }]);
  });
});
