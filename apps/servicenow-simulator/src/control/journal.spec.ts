import { describe, expect, it } from '@jest/globals';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { people } from '../seed/accounts.js';
import { ServiceNowSim } from '../servicenow-sim.js';
import { create, type SimClient, table, withSim } from '../sim-client.fixture.js';
import { type SimJournal } from './sim-controls.js';

async function withFile(test: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'servicenow-sim-'));
  try {
    await test(join(folder, 'journal.jsonl'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Some requests that involve every random choice. */
async function visit(client: SimClient): Promise<SimJournal> {
  const { sim, call } = client;
  sim.config({ latencyJitterMs: 5 });
  const { sys_id } = await create(client, { caller_id: people.ana.sysId, correlation_id: 'hd-1', comments: 'Hello' });
  await call(table('incident', { limit: '3' }));
  sim.advance(1_000);
  await call(table(`incident/${sys_id}`), { method: 'PATCH', body: { urgency: '1' } });
  await call(table('sys_user', { query: 'email=x^NQsys_id=javascript:gs.getUserID()' }));
  await call(table('incident', { query: 'nonsense=1', limit: '1' }), { as: null });
  return sim.journal();
}

describe('The journal', () => {
  it('two restarts keep records, journals, attachments, numbers, accounts and the time', () =>
    withFile(async (journalFile) => {
      const run = <Result>(test: (client: SimClient) => Promise<Result>): Promise<Result> =>
        withSim({ journalFile }, test);
      const first = await run(async (client) => {
        const created = await create(client, { comments: 'Kept' });
        const upload = `/api/now/attachment/file?table_name=incident&table_sys_id=${created['sys_id']}&file_name=a.txt`;
        await client.call(upload, { body: 'content', headers: { 'Content-Type': 'text/plain' } });
        client.sim.advance(3_600_000);
        client.sim.property('glide.ui.autoclose.time', '0');
        return { created, records: client.sim.records('incident') };
      });
      expect(first.created['number']).toBe('INC0010008');
      const second = await run(async (client) => {
        expect(client.sim.records('incident')).toEqual(first.records);
        client.sim.agent.resolve('INC0010002');
        return create(client);
      });
      expect(second['number']).toBe('INC0010009');
      expect(second['sys_id']).not.toBe(first.created['sys_id']);
      await run(async ({ sim, call }) => {
        expect(sim.records('incident')).toHaveLength(62);
        expect(sim.now().toISOString()).toBe('2026-11-23T09:00:00.000Z');
        const file = (await call('/api/now/attachment?sysparm_query=file_name=a.txt')).rows[0]!;
        expect((await call(`/api/now/attachment/${file['sys_id']}/file`)).text).toBe('content');
        const entry = table('sys_journal_field', { query: `element_id=${first.created['sys_id']}` });
        expect((await call(entry)).rows).toHaveLength(1);
        expect((await call(table('incident', { query: 'number=INC0010002' }))).rows[0]!['state']).toBe('6');
      });
    }));

  it('a truncated line is left out; a foreign file is refused with its name and line', () =>
    withFile(async (journalFile) => {
      await withSim({ journalFile }, (client) => create(client));
      await appendFile(journalFile, '{"at":1,"put":"incid');
      await withSim({ journalFile }, async (client) => {
        expect((await create(client))['number']).toBe('INC0010009');
      });
      await withSim({ journalFile }, async ({ sim }) => {
        expect(sim.records('incident')).toHaveLength(62);
        sim.reset();
        expect(sim.records('incident')).toHaveLength(60);
      });
      await withSim({ journalFile }, async ({ sim }) => expect(sim.records('incident')).toHaveLength(60));
      await writeFile(journalFile, 'hello\n');
      await expect(ServiceNowSim.start({ journalFile })).rejects.toThrow('journal.jsonl:1 is no line');
    }));

  it('the same seed and requests give the same journal and records; another seed does not', async () => {
    const run = (seed: string) =>
      withSim({ seed }, async (client) => {
        const journal = await visit(client);
        return { journal, incidents: client.sim.records('incident') };
      });
    const [first, second, other] = [await run('a'), await run('a'), await run('b')];
    expect(second).toEqual(first);
    expect(other.journal).not.toEqual(first.journal);
    expect(
      first.journal.requests.map(({ method, user, status, decision }) => [method, user, status, decision]),
    ).toEqual([
      ['POST', 'svc.helpdesk', 201, 'processed'],
      ['GET', 'svc.helpdesk', 200, 'processed'],
      ['PATCH', 'svc.helpdesk', 200, 'processed'],
      ['GET', 'svc.helpdesk', 200, 'processed'],
      ['GET', '', 401, 'User Not Authenticated'],
    ]);
    expect(first.journal.security).toEqual([{ at: '2026-11-23 08:00:01', kind: 'script', detail: 'gs.getUserID()' }]);
  });

  it('contains no credentials', () =>
    withSim({}, async ({ sim, call }) => {
      await call(table('incident'), { headers: { 'x-sn-apikey': 'secret-key', Cookie: 'JSESSIONID=secret-cookie' } });
      const written = JSON.stringify(sim.journal());
      for (const secret of ['secret-key', 'secret-cookie', 'Basic ']) expect(written).not.toContain(secret);
    }));

  it('is empty after a reset, like all other recorded events', () =>
    withSim({}, async (client) => {
      const { sim } = client;
      await visit(client);
      sim.fault({ fault: 'hang-before' });
      sim.reset();
      expect(sim.journal()).toMatchObject({ requests: [], security: [], invariants: { duplicates: [] } });
      expect([sim.faults(), sim.config().latencyJitterMs, sim.now().getTime()]).toEqual([
        [],
        0,
        Date.parse('2026-11-23T08:00:00Z'),
      ]);
      expect((await create(client))['number']).toBe('INC0010008');
    }));
});
