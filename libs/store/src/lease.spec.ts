import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { and, eq, sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { waitUntil } from '#testing';
import { EmbeddedHost } from './embedded-host.js';
import { Lease, leaseColumns, LeaseLostError } from './lease.js';

const jobs = pgTable('jobs', { id: text().primaryKey(), ...leaseColumns() });
const SECONDS = 30;

let host: EmbeddedHost;

/** A store's use of a lease. */
class Replica {
  constructor(readonly lease = new Lease(jobs, SECONDS)) {}

  take(id = 'one'): Promise<boolean> {
    return this.update(id, this.lease.taken, this.lease.isFree);
  }
  renew(id = 'one'): Promise<boolean> {
    return this.update(id, this.lease.renewed, this.lease.isHeld);
  }
  release(id = 'one'): Promise<boolean> {
    return this.update(id, this.lease.released, this.lease.isOwned);
  }

  private async update(
    id: string,
    values: Partial<typeof jobs.$inferInsert> | object,
    where: typeof this.lease.isFree,
  ) {
    const changed = await host.db
      .update(jobs)
      .set(values)
      .where(and(eq(jobs.id, id), where))
      .returning();
    return changed.length > 0;
  }
}

let [ours, theirs]: Replica[] = [];

beforeAll(async () => {
  host = new EmbeddedHost('memory://');
  await host.db.execute(sql`create table jobs (id text primary key, lease_owner text, lease_until timestamptz)`);
});
afterAll(() => host.close());
beforeEach(async () => {
  await host.db.delete(jobs);
  await host.db.insert(jobs).values([{ id: 'one' }, { id: 'another' }]);
  [ours, theirs] = [new Replica(), new Replica()];
});

const row = async () => (await host.db.select().from(jobs).where(eq(jobs.id, 'one')))[0]!;
/** Moves the end of the lease as if this much time had passed. */
const pass = (seconds: number) =>
  host.db.execute(sql`update jobs set lease_until = lease_until - ${seconds} * interval '1 second'`);

describe('A lease', () => {
  it('is taken by only one of many replicas', async () => {
    const taken = await Promise.all(Array.from({ length: 20 }, () => new Replica().take()));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('covers one row', async () => {
    expect(await ours!.take('one')).toBe(true);
    expect(await theirs!.take('another')).toBe(true);
  });

  it('expires by the clock of the database, and can then be taken by another replica', async () => {
    await ours!.take();
    await pass(SECONDS - 5);
    expect(await theirs!.take()).toBe(false);
    await pass(5);
    expect(await theirs!.take()).toBe(true);
    expect((await row()).leaseOwner).toBe(theirs!.lease.owner);
  });

  it('lasts longer when its owner renews it', async () => {
    await ours!.take();
    await pass(SECONDS - 5);
    expect(await ours!.renew()).toBe(true);
    await pass(SECONDS - 5);
    expect(await theirs!.take()).toBe(false);
  });

  it('is not renewed by another replica', async () => {
    await ours!.take();
    await pass(5);
    const before = await row();
    expect(await theirs!.renew()).toBe(false);
    expect(await row()).toEqual(before);
  });

  it('is not renewed after its end, nor after another replica took it', async () => {
    await ours!.take();
    await pass(SECONDS);
    expect(await ours!.renew()).toBe(false);
    await theirs!.take();
    expect(await ours!.renew()).toBe(false);
    expect(await theirs!.renew()).toBe(true);
  });

  it('is free after its owner released it', async () => {
    await ours!.take();
    expect(await ours!.release()).toBe(true);
    expect(await row()).toMatchObject({ leaseOwner: null, leaseUntil: null });
    expect(await theirs!.take()).toBe(true);
  });

  it('is released by its owner only', async () => {
    await ours!.take();
    expect(await theirs!.release()).toBe(false);
    await pass(SECONDS);
    await theirs!.take();
    expect(await ours!.release()).toBe(false);
    expect((await row()).leaseOwner).toBe(theirs!.lease.owner);
  });

  it('can be neither renewed nor released if it was never taken', async () => {
    expect(await ours!.renew()).toBe(false);
    expect(await ours!.release()).toBe(false);
  });
});

describe('Work under a lease', () => {
  const short = () => new Lease(jobs, 0.03);

  it('returns its result, and the lease is renewed until the work ends', async () => {
    const lease = new Lease(jobs, 3);
    const replica = new Replica(lease);
    await replica.take();
    let renewals = 0;
    const renew = () => replica.renew().finally(() => renewals++);
    const result = await lease.whileRenewing(renew, async (signal) => {
      const before = (await row()).leaseUntil!;
      await waitUntil('it is renewed', async () => (await row()).leaseUntil! > before);
      expect(signal.aborted).toBe(false);
      return 'done';
    });
    expect(result).toBe('done');
    expect(renewals).toBeGreaterThan(0);
  });

  it('is aborted when a renewal finds the lease lost', async () => {
    await short().whileRenewing(
      () => Promise.resolve(false),
      async (signal) => {
        await waitUntil('it is aborted', () => signal.aborted);
        expect(signal.reason).toBeInstanceOf(LeaseLostError);
      },
    );
  });

  it('is aborted when no renewal succeeds for the length of a lease', async () => {
    await short().whileRenewing(
      () => Promise.reject(new Error('the database is away')),
      async (signal) => {
        await waitUntil('it is aborted', () => signal.aborted);
        expect(signal.reason).toBeInstanceOf(LeaseLostError);
      },
    );
  });

  it('continues after one failed renewal', async () => {
    let renewals = 0;
    const renew = async () => {
      if (++renewals === 1) throw new Error('the database is away');
      return true;
    };
    await new Lease(jobs, 3).whileRenewing(renew, async (signal) => {
      await waitUntil('it is renewed again', () => renewals === 2);
      expect(signal.aborted).toBe(false);
    });
  });

  it('that fails ends the renewals and rejects with its own error', async () => {
    const error = new Error('no luck');
    const working = short().whileRenewing(
      () => Promise.resolve(true),
      () => Promise.reject(error),
    );
    await expect(working).rejects.toBe(error);
  });
});
