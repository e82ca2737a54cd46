import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { waitUntil } from '#testing';
import { failure, MemoryBackend } from '../backends/memory-backend.fixture.js';
import { incidentStore, IncidentServiceParts } from '../incident-service.fixture.js';
import { type ChangeRequest, type OpenRequest } from '../storage/operation.js';
import { OperationStore } from './operation.store.js';

const WAIT = 2_000;
const ANN = 'ann@example.com';
const BEN = 'ben@example.com';

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
    db.execute(sql`truncate incident.operations, incident.backends, incident.watched_incidents`),
  );
  backend = new MemoryBackend(ANN, BEN);
  parts = new IncidentServiceParts(database.store, backend);
});
afterEach(() => parts.close());

const newId = (): string => `operation-${count++}`;
const opening = (more: Partial<OpenRequest> = {}): OpenRequest => ({
  kind: 'open',
  email: ANN,
  conversationId: 'chat',
  title: 'Printer',
  description: 'It hums.',
  priority: 'low',
  ...more,
});
const changing = (number: string, action: ChangeRequest['action'], email = ANN): ChangeRequest => ({
  kind: 'change',
  email,
  conversationId: 'chat',
  number,
  action,
});

/** Makes every postponed operation due, and waits until it was executed. */
async function laterOn(id: string, ageSeconds = 0): Promise<void> {
  await database.store.run((db) =>
    db.execute(sql`update incident.operations set not_before = now() - interval '1 second',
      lease_until = null, last_failure = null,
      maybe_since = maybe_since - ${ageSeconds} * interval '1 second',
      recorded_at = recorded_at - ${ageSeconds} * interval '1 second' where id = ${id}`),
  );
  await parts.worker.poll();
  await waitUntil('the operation was tried again', async () => {
    const now = await parts.operations.get(id);
    return now?.state !== 'pending' || now.lastFailure !== null;
  });
}

const recorded = { kind: 'recorded' };
const firstNumber = 'INC0000001';

describe('An operation', () => {
  describe('that a replica has started', () => {
    const other = () => new OperationStore(database.store);
    const take = (store: OperationStore) => store.takeDue(new Date(Date.now() + 3_600_000), 1);
    /** Moves the end of the lease as if this much time had passed. */
    const pass = (seconds: number) =>
      database.store.run((db) =>
        db.execute(sql`update incident.operations set lease_until = lease_until - ${seconds} * interval '1 second'`),
      );
    const begin = async (): Promise<string> => {
      const id = newId();
      await parts.operations.begin(id, opening(), true, new Date());
      return id;
    };

    it('is taken by another replica only after its lease has ended', async () => {
      const id = await begin();
      await pass(25);
      expect(await parts.operations.renew([id])).toEqual(new Set([id]));
      await pass(25);
      expect(await take(other())).toEqual([]);
      await pass(5);
      expect(await take(other())).toMatchObject([{ id, attempts: 2, maybeSince: expect.any(Date) }]);
    });

    it('is neither renewed nor postponed by that replica after another replica took it over', async () => {
      const id = await begin();
      await pass(30);
      const successor = other();
      await take(successor);
      expect(await parts.operations.renew([id])).toEqual(new Set());
      await parts.operations.postpone(id, new Date(), 'it certainly did not happen', undefined);
      expect(await parts.operations.get(id)).toMatchObject({ lastFailure: null, maybeSince: expect.any(Date) });
      expect(await successor.renew([id])).toEqual(new Set([id]));
    });

    it('can still be settled by that replica, because the outcome is true in any case', async () => {
      const id = await begin();
      await pass(30);
      await take(other());
      await parts.operations.settle(id, 'done', { kind: 'opened', number: 'INC7' });
      expect(await parts.operations.outcomeOf(id)).toEqual({ kind: 'opened', number: 'INC7' });
    });
  });

  it('is executed once, and a repeated request gets the same outcome', async () => {
    const id = newId();
    const outcome = { kind: 'opened', number: firstNumber, priority: 'low' };
    expect(await parts.worker.execute(id, opening(), WAIT)).toEqual(outcome);
    expect(await parts.worker.execute(id, opening(), WAIT)).toEqual(outcome);
    expect(backend.incidents).toHaveLength(1);
  });

  it('opens one incident for twenty concurrent commands', async () => {
    const id = newId();
    const outcomes = await Promise.all([...Array(20).keys()].map(() => parts.worker.execute(id, opening(), WAIT)));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(backend.incidents).toHaveLength(1);
  });

  it('that fails before it was executed is retried, and published as a separate message', async () => {
    const id = newId();
    backend.fail('create', failure('unavailable'));
    expect(await parts.worker.execute(id, opening(), 50)).toEqual(recorded);
    await laterOn(id);
    await waitUntil('it is published', () => parts.settled.length === 1);
    expect(parts.settled).toEqual([
      {
        conversationId: 'chat',
        operationId: id,
        title: 'Printer',
        outcome: { kind: 'opened', number: firstNumber, priority: 'low' },
      },
    ]);
    expect(backend.calls).not.toContain('findByOperation');
  });

  it('whose answer was lost after execution is looked up and not repeated', async () => {
    const id = newId();
    backend.fail('create', failure('timeout', { mayHaveHappened: true }), true);
    expect(await parts.worker.execute(id, opening(), 50)).toEqual(recorded);
    await laterOn(id);
    await waitUntil('it is published', () => parts.settled.length === 1);
    expect(backend.incidents).toHaveLength(1);
    expect(parts.settled[0]?.outcome).toMatchObject({ kind: 'opened', number: firstNumber });
  });

  it('that may have happened and is not found is repeated only when it can no longer happen', async () => {
    const id = newId();
    backend.fail('create', failure('timeout', { mayHaveHappened: true }));
    await parts.worker.execute(id, opening(), 50);
    await laterOn(id, 60);
    expect(backend.calls.filter((call) => call === 'create')).toHaveLength(1);
    await laterOn(id, 60);
    expect(backend.calls.filter((call) => call === 'create')).toHaveLength(2);
    expect(await parts.operations.outcomeOf(id)).toMatchObject({ kind: 'opened' });
  });

  it('that may have happened and cannot be looked up is neither refused nor repeated', async () => {
    const id = newId();
    backend.fail('create', failure('timeout', { mayHaveHappened: true }), true);
    await parts.worker.execute(id, opening(), 50);
    backend.fail('findByOperation', failure('forbidden'));
    await laterOn(id);
    expect(await parts.operations.get(id)).toMatchObject({ state: 'pending', maybeSince: expect.any(Date) });
    await laterOn(id);
    expect(await parts.operations.outcomeOf(id)).toMatchObject({ kind: 'opened' });
    expect(backend.incidents).toHaveLength(1);
  });

  it.each([
    [true, 'is not sent again when the file is there'],
    [false, 'is sent again when the file is not there'],
  ])('that attaches a file and whose answer was lost (executed: %j) %s', async (isDone) => {
    await parts.worker.execute(newId(), opening(), WAIT);
    const id = newId();
    await parts.files.keep(id, 'chat', { name: 'log.txt', type: 'text/plain', content: Buffer.from('beep') });
    backend.fail('attach', failure('timeout', { mayHaveHappened: true }), isDone);
    await parts.worker.execute(id, changing(firstNumber, { kind: 'attach', fileId: id }), 50);
    await laterOn(id);
    expect(await parts.operations.outcomeOf(id)).toMatchObject({ kind: 'changed' });
    expect(backend.files).toHaveLength(1);
    expect(backend.calls.filter((call) => call === 'attach')).toHaveLength(isDone ? 1 : 2);
  });

  it('that was interrupted by the end of its process is looked up by the next one', async () => {
    const id = newId();
    await parts.operations.begin(id, opening(), true, new Date());
    const lost = await backend.create(id, {
      caller: backend.callers.get(ANN)!,
      title: 'Printer',
      description: 'It hums.',
      priority: 'low',
    });
    await laterOn(id);
    expect(await parts.operations.outcomeOf(id)).toMatchObject({ kind: 'opened', number: lost.number });
    expect(backend.incidents).toHaveLength(1);
  });

  it.each([
    ['rejected', 'parked', 'rejected'],
    ['forbidden', 'parked', 'rejected'],
    ['bad-request', 'parked', 'rejected'],
    ['not-found', 'refused', 'not-found'],
    ['unsupported', 'refused', 'unsupported'],
  ] as const)('that fails as %s is %s at once', async (kind, state, reason) => {
    const id = newId();
    backend.fail('create', failure(kind));
    expect(await parts.worker.execute(id, opening(), WAIT)).toEqual({ kind: 'refused', reason });
    expect(await parts.operations.get(id)).toMatchObject({ state, lastFailure: `${kind}: the system is ${kind}` });
  });

  it('for an unknown caller is refused', async () => {
    const outcome = await parts.worker.execute(newId(), opening({ email: 'nobody@example.com' }), WAIT);
    expect(outcome).toEqual({ kind: 'refused', reason: 'unknown-caller' });
    expect(backend.incidents).toEqual([]);
  });

  it('that fails for a day is parked and published, and opens its incident when an operator retries it', async () => {
    const id = newId();
    backend.fail('create', failure('unavailable'));
    backend.fail('create', failure('unavailable'));
    await parts.worker.execute(id, opening(), 50);
    await laterOn(id, 25 * 3_600);
    await waitUntil('it is published', () => parts.settled.length === 1);
    expect(parts.settled[0]?.outcome).toEqual({ kind: 'refused', reason: 'given-up' });
    expect(await parts.operations.retry(id, new Date())).toBe(true);
    await parts.worker.poll();
    await waitUntil('it is published again', () => parts.settled.length === 2);
    expect(parts.settled[1]?.outcome).toMatchObject({ kind: 'opened' });
  });

  it('makes no call during a pause of the system, even after a restart', async () => {
    backend.fail('create', failure('rate-limited', { retryAfterMs: 60_000 }));
    const [first, second] = [newId(), newId()];
    expect(await parts.worker.execute(first, opening(), 50)).toEqual(recorded);
    const calls = backend.calls.length;
    expect(await parts.worker.execute(second, opening(), 50)).toEqual(recorded);
    const restarted = new IncidentServiceParts(database.store, backend);
    await restarted.worker.poll();
    await restarted.worker.execute(newId(), opening(), 50);
    await restarted.close();
    expect(backend.calls).toHaveLength(calls);
    expect((await parts.operations.get(second))?.notBefore.getTime()).toBeGreaterThan(Date.now() + 50_000);
  });

  it('that nobody waited for any more is published once', async () => {
    const id = newId();
    expect(await parts.worker.execute(id, opening(), 0)).toEqual(recorded);
    await waitUntil('it is published', () => parts.settled.length === 1);
    await parts.worker.execute(id, opening(), 0);
    await parts.worker.poll();
    expect(parts.settled).toHaveLength(1);
  });

  it('that was settled but not published, because its process ended, is published by the next one', async () => {
    const id = newId();
    await parts.operations.begin(id, opening(), true, new Date());
    await parts.operations.settle(id, 'done', { kind: 'opened', number: 'INC7' });
    await parts.worker.poll();
    await waitUntil('it is published', () => parts.settled.length === 1);
    await parts.worker.poll();
    expect(parts.settled).toHaveLength(1);
  });

  it('can be parked by an operator while it is pending', async () => {
    const id = newId();
    backend.fail('create', failure('unavailable'));
    await parts.worker.execute(id, opening(), 50);
    expect(await parts.worker.park(id)).toBe(true);
    expect(await parts.worker.park(id)).toBe(false);
    await waitUntil('it is published', () => parts.settled.length === 1);
    expect(parts.settled[0]?.outcome).toEqual({ kind: 'refused', reason: 'given-up' });
  });
});

describe('A change', () => {
  beforeEach(async () => {
    await parts.worker.execute(newId(), opening(), WAIT);
    backend.calls.length = 0;
  });

  it('of somebody else’s incident is answered as not found', async () => {
    const comment = { kind: 'comment', text: 'Hello' } as const;
    const theirs = await parts.worker.execute(newId(), changing(firstNumber, comment, BEN), WAIT);
    const nobodys = await parts.worker.execute(newId(), changing('INC0000009', comment, BEN), WAIT);
    expect(theirs).toEqual({ kind: 'refused', reason: 'not-found' });
    expect(nobodys).toEqual(theirs);
    expect(backend.calls).not.toContain('comment');
  });

  it('whose answer was lost is not repeated', async () => {
    const id = newId();
    backend.fail('comment', failure('timeout', { mayHaveHappened: true }), true);
    await parts.worker.execute(id, changing(firstNumber, { kind: 'comment', text: 'It  hums\nstill.' }), 50);
    await laterOn(id);
    expect(await parts.operations.outcomeOf(id)).toMatchObject({ kind: 'changed' });
    expect(await backend.comments(backend.incidents[0]!)).toHaveLength(1);
  });

  it('of the state counts as done when its answer was lost', async () => {
    const id = newId();
    backend.fail('transition', failure('timeout', { mayHaveHappened: true }), true);
    await parts.worker.execute(id, changing(firstNumber, { kind: 'move', to: 'cancel', note: 'Solved itself.' }), 50);
    await laterOn(id);
    expect(await parts.operations.outcomeOf(id)).toEqual({ kind: 'changed', number: firstNumber, state: 'canceled' });
    expect(backend.calls.filter((call) => call === 'transition')).toHaveLength(1);
  });

  it.each([
    ['resolve', 'resolved'],
    ['cancel', 'canceled'],
    ['escalate', 'awaiting triage'],
  ] as const)('to %s leaves it %s', async (to, state) => {
    const outcome = await parts.worker.execute(
      newId(),
      changing(firstNumber, { kind: 'move', to, note: 'Please' }),
      WAIT,
    );
    expect(outcome).toEqual({ kind: 'changed', number: firstNumber, state });
  });

  it('that the state does not allow is refused', async () => {
    const reopen = changing(firstNumber, { kind: 'move', to: 'reopen', note: '' });
    expect(await parts.worker.execute(newId(), reopen, WAIT)).toEqual({ kind: 'refused', reason: 'not-allowed' });
    backend.change(firstNumber, { state: 'resolved', resolvedAt: new Date(Date.now() - 8 * 86_400_000) });
    expect(await parts.worker.execute(newId(), reopen, WAIT)).toEqual({ kind: 'refused', reason: 'not-allowed' });
    backend.change(firstNumber, { resolvedAt: new Date(Date.now() - 6 * 86_400_000) });
    expect(await parts.worker.execute(newId(), reopen, WAIT)).toMatchObject({ kind: 'changed', state: 'in progress' });
  });

  it('attaches the sent file, and reports when the file is deleted', async () => {
    await parts.files.keep('log', 'chat', { name: 'log.txt', type: 'text/plain', content: Buffer.from('beep') });
    const attach = (fileId: string) => changing(firstNumber, { kind: 'attach', fileId });
    expect(await parts.worker.execute(newId(), attach('log'), WAIT)).toMatchObject({ kind: 'changed' });
    expect(backend.files).toEqual([{ name: 'log.txt', type: 'text/plain', content: Buffer.from('beep') }]);
    expect(await parts.worker.execute(newId(), attach('gone'), WAIT)).toMatchObject({ reason: 'not-found' });
  });
});
