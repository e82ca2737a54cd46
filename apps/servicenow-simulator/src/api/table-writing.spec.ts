import { describe, expect, it } from '@jest/globals';
import { accounts, people, seededIncidents } from '../seed/accounts.js';
import { type Call, create, type Reply, type SimClient, table, withSim } from '../sim-client.fixture.js';

const { admin, reader, noRole, agent } = accounts;
const CLOSING = { close_code: 'Solution provided', close_notes: 'Done.' };
const DAY = 86_400_000;

const change = ({ call }: SimClient, id: string, body: unknown, more: Call = {}): Promise<Reply> =>
  call(table(`incident/${id}`), { method: 'PATCH', body, ...more });

describe('Writing an incident', () => {
  it('gives an empty incident the platform’s defaults, the next number and the account as its opener', () =>
    withSim({}, async (client) => {
      const { row, status } = await client.call(table('incident', { exclude_reference_link: 'true' }), { body: {} });
      expect(status).toBe(201);
      expect(row).toMatchObject({
        number: 'INC0010008',
        state: '1',
        incident_state: '1',
        active: 'true',
        category: 'inquiry',
        impact: '3',
        urgency: '3',
        priority: '5',
        severity: '3',
        contact_type: 'phone',
        opened_by: accounts.service.sysId,
        opened_at: '2026-11-23 08:00:00',
        sys_created_by: 'svc.helpdesk',
        sys_mod_count: '0',
        sys_class_name: 'incident',
        approval: 'not requested',
        upon_reject: 'cancel',
        sys_domain_path: '/',
      });
      expect((await create(client))['number']).toBe('INC0010009');
    }));

  it('computes the priority from impact and urgency, regardless of the sent priority', () =>
    withSim({}, async (client) => {
      const levels = ['1', '2', '3'];
      const matrix = await Promise.all(
        levels.flatMap((impact) =>
          levels.map(async (urgency) => (await create(client, { impact, urgency, priority: '1' }))['priority']),
        ),
      );
      expect(matrix).toEqual(['1', '2', '3', '2', '3', '4', '3', '4', '5']);
      const { sys_id } = await create(client);
      expect((await change(client, sys_id!, { urgency: '1', priority: '1' })).row['priority']).toBe('3');
      client.sim.config({ keepSentPriority: true });
      expect((await create(client, { priority: '1' }))['priority']).toBe('1');
    }));

  it('refuses to resolve or close without code and notes, and to put on hold without a reason', () =>
    withSim({}, async (client) => {
      const { sys_id: id } = await create(client);
      const refused = async (body: unknown): Promise<[number, string]> => {
        const { status, error } = await change(client, id!, body);
        return [status, error];
      };
      const policy = 'Operation Failed / Data Policy Exception: The following fields are mandatory: ';
      expect(await refused({ state: '6' })).toEqual([403, `${policy}Resolution code, Resolution notes`]);
      expect(await refused({ state: '6', close_notes: 'x' })).toEqual([403, `${policy}Resolution code`]);
      expect(await refused({ state: '3' })).toEqual([403, `${policy}On hold reason`]);
      const { row } = await change(client, id!, { state: '6', ...CLOSING });
      expect(row).toMatchObject({
        state: '6',
        incident_state: '6',
        active: 'true',
        resolved_at: '2026-11-23 08:00:00',
      });
    }));

  it('reopens a resolved incident and counts that, and leaves closed and cancelled ones unchanged', () =>
    withSim({}, async (client) => {
      const { sys_id: id } = await create(client);
      await change(client, id!, { state: '6', ...CLOSING });
      const reopened = await change(client, id!, { state: '2' });
      expect(reopened.row).toMatchObject({
        state: '2',
        reopen_count: '1',
        reopened_time: '2026-11-23 08:00:00',
        resolved_at: '',
      });
      expect((await change(client, id!, { state: '7', ...CLOSING })).row).toMatchObject({
        active: 'false',
        state: '7',
      });
      const { status, error } = await change(client, id!, { state: '2' });
      expect(status).toBe(403);
      expect(error).toMatch(
        /^Operation Failed \/ Operation against file 'incident' was aborted by Business Rule '.+\^[0-9a-f]{32}'/,
      );
      const cancelled = await create(client);
      await change(client, cancelled['sys_id']!, { state: '8' });
      expect((await change(client, cancelled['sys_id']!, { state: '2' })).status).toBe(403);
      expect((await change(client, cancelled['sys_id']!, { comments: 'Still possible' })).status).toBe(200);
    }));

  it('continues an incident on hold when its caller answers, and for nobody else', () =>
    withSim({}, async (client) => {
      const { sim } = client;
      const held = async (as: string): Promise<unknown> => {
        const { number } = await create(client, { caller_id: people.ana.sysId });
        sim.agent.hold(number!, { comment: 'Which office?' });
        const { state, hold_reason } = sim.agent.comment(number!, 'Leeds', { as });
        return { state, hold_reason };
      };
      expect(await held('ana.ruiz')).toEqual({ state: '2', hold_reason: '' });
      expect(await held('marta.keller')).toEqual({ state: '3', hold_reason: '1' });
    }));

  it('makes the children of an incident follow its state, except waiting for its caller', () =>
    withSim({}, async ({ sim }) => {
      const states = (): unknown[] =>
        ['INC0010005', 'INC0010006', 'INC0010007'].map(
          (number) => sim.records('incident').find((row) => row['number'] === number)!['state'],
        );
      sim.agent.cancel('INC0010007');
      sim.agent.hold('INC0010005', { reason: '1' });
      expect(states()).toEqual(['3', '2', '8']);
      sim.agent.hold('INC0010005', { reason: '4' });
      expect(states()).toEqual(['3', '2', '8']);
      sim.agent.assign('INC0010005');
      sim.agent.hold('INC0010005', { reason: '4' });
      expect(states()).toEqual(['3', '3', '8']);
      sim.agent.resolve('INC0010005');
      expect(states()).toEqual(['6', '6', '8']);
    }));

  it('closes only incidents that stayed resolved for the number of days in the property', () =>
    withSim({}, async (client) => {
      const { sim, call } = client;
      const [resolved, open] = [await create(client), await create(client)];
      sim.agent.resolve(resolved['number']!);
      sim.advance(6 * DAY);
      const state = async ({ sys_id }: Record<string, string>): Promise<unknown> =>
        (await call(table(`incident/${sys_id}`))).row['state'];
      expect(await state(resolved)).toBe('6');
      sim.advance(1.1 * DAY);
      expect([await state(resolved), await state(open)]).toEqual(['7', '1']);
      sim.property('glide.ui.autoclose.time', '0');
      sim.agent.resolve(open['number']!);
      sim.advance(30 * DAY);
      expect(await state(open)).toBe('6');
    }));

  it('answers 201 with the address of the new record, 204 for its deletion, and no body when none is wanted', () =>
    withSim({}, async ({ sim, call }) => {
      const created = await call(table('incident', { fields: 'sys_id' }), { body: {} });
      const location = `${sim.url}/api/now/table/incident/${created.row['sys_id']}`;
      expect([created.status, created.headers.get('location')]).toEqual([201, location]);
      const path = new URL(location).pathname;
      expect((await call(path, { method: 'DELETE' })).error).toContain('ACL Exception Delete Failed');
      const removed = await call(path, { method: 'DELETE', as: admin });
      expect([removed.status, removed.text]).toEqual([204, '']);
      expect((await call(path)).status).toBe(404);
      const silent = await call(table('incident'), { body: {}, headers: { 'X-no-response-body': 'true' } });
      expect([silent.status, silent.text]).toEqual([201, '']);
    }));

  it('changes only what is sent, and counts only changes', () =>
    withSim({}, async (client) => {
      const { sys_id: id } = await create(client, { description: 'Kept' });
      client.sim.advance(1_000);
      const same = await change(client, id!, { short_description: 'A test' });
      expect(same.row).toMatchObject({ sys_mod_count: '0', sys_updated_on: '2026-11-23 08:00:00' });
      const { row } = await change(client, id!, { urgency: 1 }, { as: agent, method: 'PUT' });
      expect(row).toMatchObject({
        description: 'Kept',
        urgency: '1',
        sys_mod_count: '1',
        sys_updated_on: '2026-11-23 08:00:01',
        sys_updated_by: 'marta.keller',
      });
      expect((await change(client, id!, { comments: 'Counts' })).row['sys_mod_count']).toBe('2');
    }));

  it('drops unknown and read-only fields, cuts texts that are too long, and keeps dangling references', () =>
    withSim({}, async (client) => {
      const { row } = await client.call(table('incident', { exclude_reference_link: 'true' }), {
        body: {
          nonsense: 'x',
          number: 'INC1',
          sys_mod_count: '9',
          short_description: 'x'.repeat(200),
          caller_id: 'nobody',
          category: 'nowhere',
          watch_list: null,
          knowledge: true,
        },
      });
      expect(row).toMatchObject({
        number: 'INC0010008',
        sys_mod_count: '0',
        caller_id: 'nobody',
        category: 'nowhere',
        knowledge: 'true',
      });
      expect(row['short_description']).toHaveLength(160);
      expect(row).not.toHaveProperty('nonsense');
    }));

  it.each([
    [{ refuseLongTexts: true }, { short_description: 'x'.repeat(161) }],
    [{ refuseDanglingReferences: true }, { caller_id: 'nobody' }],
    [{ refuseUnknownChoices: true }, { category: 'nowhere' }],
    [{ uniqueCorrelationId: true }, { correlation_id: 'twice' }],
  ])('refuses with 403 instead if so configured: %j', (config, fields) =>
    withSim({ config }, async ({ call, sim }) => {
      sim.plant('incident', [{ correlation_id: 'twice' }]);
      expect((await call(table('incident'), { body: fields })).status).toBe(403);
      expect((await call(table('incident'), { body: {} })).status).toBe(201);
    }),
  );

  it('accepts a client-chosen sys_id once', () =>
    withSim({}, async ({ call }) => {
      const body = { sys_id: 'ab'.repeat(16) };
      expect((await call(table('incident'), { body })).row['sys_id']).toBe(body.sys_id);
      const again = await call(table('incident'), { body });
      expect([again.status, again.error]).toEqual([403, expect.stringContaining('Unique Key violation')]);
    }));

  it('accepts display values when requested: labels, names, local times', () =>
    withSim({}, async ({ call }) => {
      const body = {
        impact: '1 - High',
        urgency: '2 - medium',
        caller_id: 'Ana Ruiz',
        due_date: '2026-07-01 12:00:00',
      };
      const path = table('incident', { input_display_value: 'true', exclude_reference_link: 'true' });
      expect((await call(path, { body, as: agent })).row).toMatchObject({
        impact: '1',
        urgency: '2',
        priority: '2',
        caller_id: people.ana.sysId,
        due_date: '2026-07-01 10:00:00',
      });
    }));

  it.each([
    ['incident', reader, 403, 'Operation Failed / ACL Exception Insert Failed due to security constraints'],
    ['incident', noRole, 403, 'Operation Failed / ACL Exception Insert Failed due to security constraints'],
    ['sys_user', accounts.service, 403, 'Operation Failed / ACL Exception Insert Failed due to security constraints'],
    ['nonsense', accounts.service, 400, 'Invalid table nonsense / null'],
  ])('refuses an insert into %s by %j', (name, as, status, error) =>
    withSim({}, async ({ call }) => {
      const reply = await call(table(name), { body: {}, as });
      expect([reply.status, reply.error]).toEqual([status, error]);
    }),
  );

  it('refuses a change by a read-only account, and answers the same for a hidden and a missing record', () =>
    withSim({}, async (client) => {
      const { emailLogin, restricted } = seededIncidents;
      const refused = await change(client, emailLogin.sysId, { comments: 'x' }, { as: reader });
      expect([refused.status, refused.error]).toEqual([403, expect.stringContaining('ACL Exception Update Failed')]);
      const hidden = await change(client, restricted.sysId, { comments: 'x' });
      const missing = await change(client, '0'.repeat(32), { comments: 'x' });
      expect([hidden.status, hidden.json]).toEqual([404, missing.json]);
    }));

  it.each([
    ['{"short_descr', 'application/json', 400],
    ['"text"', 'application/json', 400],
    ['short_description=x', 'application/x-www-form-urlencoded', 415],
    [`{"description":"${'x'.repeat(10 * 1024 * 1024)}"}`, 'application/json', 400],
    ['[{"short_description":"first"},{"short_description":"second"}]', 'application/json', 201],
  ])('answers the body %.20s of type %s with %i', (body, type, status) =>
    withSim({}, async ({ sim, call }) => {
      const reply = await call(table('incident'), { body, headers: { 'Content-Type': type } });
      expect(reply.status).toBe(status);
      expect(sim.records('incident')).toHaveLength(status === 201 ? 61 : 60);
    }),
  );

  it('accepts the method from a header, and refuses unsupported methods', () =>
    withSim({}, async (client) => {
      const { sys_id: id } = await create(client);
      const path = table(`incident/${id}`);
      const headers = { 'X-HTTP-Method-Override': 'PATCH' };
      expect((await client.call(path, { body: { urgency: '1' }, headers })).row['urgency']).toBe('1');
      expect((await client.call(path, { body: {} })).status).toBe(405);
      expect((await client.call(table('incident'), { method: 'PUT', body: {} })).status).toBe(405);
      const head = await client.call(table('incident'), { method: 'HEAD' });
      expect([head.status, head.text, head.headers.get('x-total-count')]).toEqual([200, '', '61']);
    }));
});
