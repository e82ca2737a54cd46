import { describe, expect, it } from '@jest/globals';
import { accounts, people, seededIncidents } from '../seed/accounts.js';
import { create, type Found, type SimClient, table, withSim } from '../sim-client.fixture.js';

const { admin, noRole, reader } = accounts;
const { emailLogin, restricted } = seededIncidents;

describe('Counting', () => {
  it('counts matching rows, in total and by the values of a field', () =>
    withSim({}, async ({ call }) => {
      const query = `sysparm_query=caller_id.name=Abraham Lincoln`;
      const { json } = await call(`/api/now/stats/incident?sysparm_count=true&${query}`);
      expect(json).toEqual({ result: { stats: { count: '1' } } });
      const grouped = await call(
        `/api/now/v1/stats/incident?sysparm_group_by=state&sysparm_display_value=true&${query}`,
      );
      expect(grouped.json).toEqual({
        result: [{ stats: { count: '1' }, groupby_fields: [{ field: 'state', value: 'In Progress' }] }],
      });
      expect((await call('/api/now/stats/incident', { as: noRole })).json).toEqual({
        result: { stats: { count: '60' } },
      });
    }));
});

describe('Attachments', () => {
  const path = (incident: string, name = 'log.txt'): string =>
    `/api/now/attachment/file?table_name=incident&table_sys_id=${incident}&file_name=${name}`;
  const upload = ({ call }: SimClient, incident = emailLogin.sysId, more = {}) =>
    call(path(incident), { body: 'A line\n', headers: { 'Content-Type': 'text/plain' }, ...more });

  it('are uploaded as bytes, listed, described with text fields only, downloaded and deleted', () =>
    withSim({}, async (client) => {
      const { sim, call } = client;
      const { status, row, headers } = await upload(client);
      const id = String(row['sys_id']);
      expect([status, headers.get('location')]).toEqual([201, `${sim.url}/api/now/attachment/${id}`]);
      expect(row).toMatchObject({
        file_name: 'log.txt',
        content_type: 'text/plain',
        size_bytes: '7',
        table_name: 'incident',
        download_link: `${sim.url}/api/now/attachment/${id}/file`,
      });
      for (const filter of [`table_sys_id=${emailLogin.sysId}`, `sysparm_query=table_name=incident^file_name=log.txt`])
        expect((await call(`/api/now/attachment?${filter}`)).rows.map((file) => file['sys_id'])).toEqual([id]);
      expect((await call(`/api/now/v1/attachment/${id}`)).row['file_name']).toBe('log.txt');
      const file = await call(`/api/now/attachment/${id}/file`);
      expect([file.text, file.headers.get('content-type')]).toEqual(['A line\n', 'text/plain']);
      expect(JSON.parse(file.headers.get('x-attachment-metadata')!)).toMatchObject({ sys_id: id });
      expect((await call(`/api/now/attachment/${id}`, { method: 'DELETE', as: admin })).status).toBe(204);
      expect((await call(`/api/now/attachment/${id}/file`)).status).toBe(404);
    }));

  it('are uploaded as a form whose last part is the file', () =>
    withSim({}, async ({ call }) => {
      const form = new FormData();
      form.set('table_name', 'incident');
      form.set('table_sys_id', emailLogin.sysId);
      form.set('uploadFile', new File([new Uint8Array([0, 255, 10])], 'größe.bin', { type: 'application/x-test' }));
      const { status, row } = await call('/api/now/attachment/upload', { body: form });
      expect([status, row['file_name'], row['size_bytes']]).toEqual([201, 'größe.bin', '3']);
      const { headers } = await call(`/api/now/attachment/${String(row['sys_id'])}/file`);
      expect([headers.get('content-type'), headers.get('content-length')]).toEqual(['application/x-test', '3']);
      form.set('after', 'the file');
      expect((await call('/api/now/attachment/upload', { body: form })).status).toBe(400);
      expect(
        (await call('/api/now/attachment/upload', { body: 'x', headers: { 'Content-Type': 'text/plain' } })).status,
      ).toBe(400);
    }));

  it('can be added to writable records only, and are hidden with their record', () =>
    withSim({}, async (client) => {
      const { call } = client;
      expect((await upload(client, restricted.sysId)).status).toBe(404);
      expect((await upload(client, '0'.repeat(32))).status).toBe(404);
      expect((await upload(client, emailLogin.sysId, { as: reader })).status).toBe(403);
      expect((await call(path(''), { body: 'x' })).status).toBe(400);
      const hidden = await upload(client, restricted.sysId, { as: admin });
      const id = String(hidden.row['sys_id']);
      expect((await call(`/api/now/attachment/${id}/file`)).status).toBe(404);
      expect((await call(`/api/now/attachment?table_sys_id=${restricted.sysId}`)).rows).toEqual([]);
    }));
});

describe('The knowledge base', () => {
  interface Result {
    meta: { count: number };
    articles: { title: string; id: string; number: string; snippet: string; score: number }[];
  }

  it.each([
    ['vpn', 'Connect to the company network with VPN'],
    ['I cannot print, the printer is broken', 'A printer does not print'],
    ['new phone MFA', 'Move MFA to a new phone'],
    ['no sound in teams', 'No sound or microphone in Teams'],
  ])('answers %s with the matching article first', (query, title) =>
    withSim({}, async ({ call }) => {
      const parameters = new URLSearchParams({ query, limit: '3' });
      const { articles } = (await call(`/api/sn_km_api/knowledge/articles?${parameters.toString()}`))
        .row as unknown as Result;
      expect(articles[0]).toMatchObject({ title, id: expect.stringMatching(/^kb_knowledge:[0-9a-f]{32}$/) });
      expect(articles[0]!.snippet).not.toContain('<');
      const { row } = await call(`/api/sn_km_api/knowledge/articles/${articles[0]!.id}`);
      expect(row).toMatchObject({ short_description: title, content: expect.stringContaining('<p>') });
    }),
  );

  it('finds no article for unknown words, all for an empty query, and at most the requested number', () =>
    withSim({}, async ({ call }) => {
      const found = async (parameters: string): Promise<[number, number]> => {
        const { meta, articles } = (await call(`/api/sn_km_api/knowledge/articles?${parameters}`))
          .row as unknown as Result;
        return [meta.count, articles.length];
      };
      expect(await found('query=zebra')).toEqual([0, 0]);
      expect(await found('limit=3')).toEqual([8, 3]);
      expect((await call('/api/sn_km_api/knowledge/articles/KB9')).status).toBe(404);
    }));
});

describe('The import set', () => {
  it('creates an incident, updates the one with the same correlation_id, and reports errors inside a 201', () =>
    withSim({}, async (client) => {
      const send = async (body: Record<string, string>): Promise<Found> => {
        const { status, json } = await client.call('/api/now/import/u_helpdesk_incident', { body });
        expect(status).toBe(201);
        return (json as { result: Found[] }).result[0]!;
      };
      const row = { u_correlation_id: 'hd-1', u_short_description: 'Once' };
      const inserted = await send(row);
      expect(inserted).toMatchObject({ status: 'inserted', table: 'incident', display_value: 'INC0010008' });
      expect(await send(row)).toMatchObject({ status: 'ignored', sys_id: inserted['sys_id'] });
      expect(await send({ ...row, u_urgency: '1' })).toMatchObject({ status: 'updated', sys_id: inserted['sys_id'] });
      expect(await send({ ...row, u_state: '6' })).toMatchObject({
        status: 'error',
        error_message: expect.stringContaining('Data Policy Exception'),
      });
      expect(client.sim.records('incident')).toHaveLength(61);
      expect((await client.call('/api/now/import/nonsense', { body: row })).status).toBe(400);
    }));
});

describe('The service catalog', () => {
  it('lists its items and accepts orders for oneself and others', () =>
    withSim({}, async (client) => {
      const items = '/api/sn_sc/servicecatalog/items';
      const { rows } = await client.call(`${items}?sysparm_text=headset`);
      expect(rows).toEqual([expect.objectContaining({ name: 'Headset' })]);
      const order = `${items}/${String(rows[0]!['sys_id'])}/order_now`;
      const body = { sysparm_quantity: 1, sysparm_requested_for: people.ana.sysId };
      const { status, row } = await client.call(order, { body });
      expect([status, row]).toEqual([200, expect.objectContaining({ number: 'REQ0000001', table: 'sc_request' })]);
      expect(client.sim.records('sc_request')).toEqual([expect.objectContaining({ requested_for: people.ana.sysId })]);
      expect((await client.call(order, { body: {} })).status).toBe(400);
      expect((await client.call(table('sc_request'), { body: {} })).status).toBe(403);
    }));
});

describe('Long answers', () => {
  it('are compressed when the client accepts that', () =>
    withSim({}, async (client) => {
      await create(client, { description: 'x'.repeat(4_000) });
      const { headers, rows } = await client.call(table('incident'), { headers: { 'Accept-Encoding': 'gzip' } });
      expect([headers.get('content-encoding'), rows.length]).toEqual(['gzip', 60]);
      const plain = await client.call(table('incident'), { headers: { 'Accept-Encoding': 'identity' } });
      expect(plain.headers.get('content-encoding')).toBeNull();
    }));
});
