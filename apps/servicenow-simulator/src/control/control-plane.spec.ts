import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { create, type SimClient, table, withSim } from '../sim-client.fixture.js';

const steer = async (
  { sim }: SimClient,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> => {
  const response = await fetch(`${sim.controlUrl}/__sim/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  return { status: response.status, json: await response.json() };
};

describe('The control plane', () => {
  it('sets the clock, adds and clears faults, and changes settings', () =>
    withSim({}, async (client) => {
      expect((await steer(client, 'POST', 'clock', { advance: 90_000 })).json).toEqual({
        now: '2026-11-23T08:01:30.000Z',
      });
      expect((await steer(client, 'POST', 'clock', { now: '2026-11-24T00:00:00Z' })).json).toEqual({
        now: '2026-11-24T00:00:00.000Z',
      });
      const fault = { fault: 'status:503,html', match: { method: 'GET' }, times: 3 };
      await steer(client, 'POST', 'faults', fault);
      expect((await steer(client, 'GET', 'faults')).json).toEqual([fault]);
      await steer(client, 'DELETE', 'faults');
      expect((await steer(client, 'GET', 'faults')).json).toEqual([]);
      expect((await steer(client, 'PUT', 'config', { keepSentPriority: true })).json).toMatchObject({
        keepSentPriority: true,
      });
      expect((await create(client, { priority: '1' }))['priority']).toBe('1');
    }));

  it('wakes and resets the instance, adds records, and shows records and the journal', () =>
    withSim({}, async (client) => {
      await steer(client, 'POST', 'faults', { fault: 'hibernate', times: 1 });
      expect((await client.call(table('incident'))).text).toContain('hibernating');
      await steer(client, 'POST', 'wake');
      expect((await client.call(table('incident'))).status).toBe(200);
      const planted = await steer(client, 'POST', 'seed', {
        table: 'incident',
        rows: [{ short_description: 'Planted' }],
      });
      expect(planted.json).toEqual([expect.objectContaining({ number: 'INC0010008', short_description: 'Planted' })]);
      expect((await steer(client, 'GET', 'records/incident')).json).toHaveLength(61);
      expect((await steer(client, 'GET', 'snapshot')).json).toMatchObject({ problem: [{ number: 'PRB0000001' }] });
      expect((await steer(client, 'GET', 'journal')).json).toMatchObject({
        requests: [{ decision: 'fault hibernate' }, { decision: 'processed' }],
      });
      await steer(client, 'POST', 'reset');
      expect(client.sim.records('incident')).toHaveLength(60);
    }));

  it('performs the actions of a service desk agent', () =>
    withSim({}, async (client) => {
      const { number: incident } = await create(client);
      const states: unknown[] = [];
      const act = async (action: string, more = {}): Promise<void> => {
        const { json } = await steer(client, 'POST', `agent/${action}`, { incident, ...more });
        states.push((json as Record<string, string>)['state']);
      };
      await act('assign', { group: 'Network' });
      await act('comment', { text: 'Looking', as: 'marta.keller' });
      await act('work-note', { text: 'Internal' });
      await act('hold', { reason: '4' });
      await act('resolve', { notes: 'Fixed' });
      await act('close');
      expect(states).toEqual(['2', '2', '2', '3', '6', '7']);
      const other = await create(client);
      await steer(client, 'POST', 'agent/cancel', { incident: other['number'] });
      expect(client.sim.records('incident').find((row) => row['number'] === other['number'])!['state']).toBe('8');
      const refused = await steer(client, 'POST', 'agent/assign', { incident });
      expect([refused.status, refused.json]).toEqual([
        400,
        { error: expect.stringContaining('aborted by Business Rule') },
      ]);
    }));

  it.each([
    ['POST', 'faults', { fault: 'nonsense' }, 'There is no fault "nonsense"'],
    ['PUT', 'config', { nonsense: 1 }, 'There is no setting nonsense'],
    ['POST', 'agent/dance', { incident: 'INC0010002' }, 'There is no action dance'],
    ['POST', 'agent/assign', { incident: 'INC9' }, 'There is no incident INC9'],
    ['POST', 'seed', { table: 'nonsense', rows: [] }, 'There is no table nonsense'],
  ])('refuses %s %s %j with a reason', (method, path, body, problem) =>
    withSim({}, async (client) => {
      const { status, json } = await steer(client, method, path, body);
      expect([status, json]).toEqual([400, { error: expect.stringContaining(problem) }]);
    }),
  );

  it('sends signed webhooks for changed incidents of our own system', async () => {
    const received: { headers: Record<string, unknown>; body: string }[] = [];
    const receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => void (body += chunk.toString()));
      request.on('end', () => {
        received.push({ headers: request.headers, body });
        response.writeHead(202).end();
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    await withSim({}, async (client) => {
      await steer(client, 'PUT', 'webhooks', { url, secret: 'shared' });
      await create(client);
      const { number, sys_id } = await create(client, { correlation_display: 'helpdesk-assistant' });
      client.sim.agent.comment(number!, 'News');
      await client.sim.webhooksSettled();
      expect(received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
        expect.objectContaining({ sys_id, number, sys_mod_count: '0', state: '1' }),
        { sys_id, number, sys_mod_count: '1', state: '1', changed: ['comments'] },
      ]);
      for (const { headers, body } of received) {
        const signed = createHmac('sha256', 'shared')
          .update(`${String(headers['x-hd-timestamp'])}.${body}`)
          .digest('hex');
        expect(headers['x-hd-signature']).toBe(`sha256=${signed}`);
        expect(headers['x-hd-timestamp']).toBe(String(Date.parse('2026-11-23T08:00:00Z') / 1_000));
      }
      expect((await steer(client, 'GET', 'webhooks')).json).toEqual([
        expect.objectContaining({ outcome: 202 }),
        expect.objectContaining({ outcome: 202 }),
      ]);
    }).finally(() => receiver.close());
  });
});
