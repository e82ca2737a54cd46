import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { join } from 'node:path';
import { freePort } from '#testing';
import { EmbeddedHost } from './embedded-host.js';
import { PostgresHost } from './postgres-host.js';
import { isDuplicate, Store, StoreUnavailableError, type Database } from './store.js';

// The migrations of any service serve here: the store does not depend on their content.
const migrations = { service: 'sample', folder: join(import.meta.dirname, '../../../apps/incident/migrations') };

const insert = (db: Database, id: string) =>
  db.execute(sql`insert into incident.operations (id, request, state) values (${id}, '{}', 'done')`);
const thrownBy = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('nothing'),
    (error: Error) => error,
  );

describe('A store on the embedded database', () => {
  let host: EmbeddedHost;
  let store: Store;
  beforeAll(() => {
    host = new EmbeddedHost('memory://');
  });
  beforeEach(async () => {
    store = new Store(host, migrations);
    const all = new Store(host, migrations);
    await all.open();
    await all.run((db) => db.execute(sql`delete from incident.operations`));
  });
  afterAll(() => host.close());

  const ids = async (): Promise<unknown[]> => {
    const { rows } = (await store.run((db) => db.execute(sql`select id from incident.operations order by id`))) as {
      rows: { id: string }[];
    };
    return rows.map(({ id }) => id);
  };

  it('refuses work until it is open, and then works', async () => {
    expect(store.problem()).toContain('not connected');
    await expect(ids()).rejects.toThrow(StoreUnavailableError);
    await store.open();
    expect(store.problem()).toBeUndefined();
    expect(await store.ping()).toBeUndefined();
    expect(await ids()).toEqual([]);
  });

  it('migrates once, for any number of services and replicas', async () => {
    const other = new Store(host, migrations);
    await Promise.all([store.open(), other.open()]);
    await store.run((db) => insert(db, 'one'));
    await new Store(host, migrations).open();
    expect(await ids()).toEqual(['one']);
  });

  it('executes a transaction completely or not at all', async () => {
    await store.open();
    const bug = new TypeError('half way');
    const failing = store.transaction(async (db) => {
      await insert(db, 'one');
      throw bug;
    });
    expect(await thrownBy(failing)).toBe(bug);
    expect(await ids()).toEqual([]);
    await store.transaction(async (db) => {
      await insert(db, 'one');
      await insert(db, 'two');
    });
    expect(await ids()).toEqual(['one', 'two']);
  });

  it('recognizes an existing key', async () => {
    await store.open();
    await store.run((db) => insert(db, 'one'));
    const error = await thrownBy(store.run((db) => insert(db, 'one')));
    expect(isDuplicate(error)).toBe(true);
    expect(isDuplicate(new Error('duplicate key'))).toBe(false);
  });

  it('includes no stored values in an error', async () => {
    await store.open();
    const failing = store.run((db) => db.execute(sql`insert into incident.nowhere values (${'my secret words'})`));
    const error = await thrownBy(failing);
    expect(error.message).toContain('nowhere');
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('my secret words');
  });

  it('refuses work after it was closed, while others continue to use the database', async () => {
    await store.open();
    const other = new Store(host, migrations);
    await other.open();
    store.close();
    await expect(ids()).rejects.toThrow(StoreUnavailableError);
    expect(await other.ping()).toBeUndefined();
  });

  it('stays closed when it is closed while opening', async () => {
    const opening = store.open();
    store.close();
    await opening;
    await expect(ids()).rejects.toThrow(StoreUnavailableError);
  });

  it('reports the database as unavailable after that was closed', async () => {
    await store.open();
    // This must be the last test here: it closes the shared database.
    await host.close();
    await expect(ids()).rejects.toThrow(StoreUnavailableError);
    expect(await store.ping()).not.toBeUndefined();
  });
});

describe('A store on an unreachable server', () => {
  it('reports that without the password, refuses work at once and keeps trying until it is closed', async () => {
    const host = new PostgresHost(`postgres://user:hidden@127.0.0.1:${await freePort()}/x`);
    const states: string[] = [];
    let isReported: () => void = () => undefined;
    const reported = new Promise<void>((resolve) => (isReported = resolve));
    const store = new Store(host, migrations, (state) => {
      states.push(state);
      isReported();
    });
    const opening = store.open();
    await reported;
    expect(states[0]).toContain('ECONNREFUSED');
    expect(states.join()).not.toContain('hidden');
    await expect(store.run((db) => db.execute(sql`select 1`))).rejects.toThrow(StoreUnavailableError);
    expect(await store.ping()).toContain('ECONNREFUSED');
    store.close();
    await opening;
    await host.close();
  });

  it('distinguishes an unreachable server from a wrong query', async () => {
    const host = new PostgresHost(`postgres://user:hidden@127.0.0.1:${await freePort()}/x`);
    const refused = Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' });
    expect(host.isUnavailable(refused)).toBe(true);
    expect(host.isUnavailable(new Error('wrapped', { cause: refused }))).toBe(true);
    expect(host.isUnavailable(new Error('timeout exceeded when trying to connect'))).toBe(true);
    expect(host.isUnavailable(Object.assign(new Error('syntax error'), { code: '42601' }))).toBe(false);
    expect(host.isUnavailable(Object.assign(new Error('shutting down'), { code: '57P01' }))).toBe(true);
    await host.close();
  });
});
