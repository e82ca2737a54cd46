import { describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { accounts, oauthClients, people, seededIncidents } from '../seed/accounts.js';
import { basic, create, type Reply, type SimClient, table, withSim } from '../sim-client.fixture.js';
import { waitUntil } from '#testing';
import { FAULTS, UnknownFault } from '../instance/fault-plan.js';

const { service, reader } = accounts;
const list = table('incident', { limit: '1', fields: 'number', query: 'number=INC0010002' });

const post = ({ call }: SimClient, fields: Record<string, string> = {}): Promise<Reply> =>
  call(table('incident'), { body: fields });

const seeded = 60;
const count = ({ sim }: SimClient): number => sim.records('incident').length - seeded;

/** What became of a request at the level of the socket: its status and how much of the body came, or the error. */
function raw(
  { sim }: SimClient,
  path: string,
  method = 'GET',
  body = '',
): Promise<{ status: number; body: string; error: string }> {
  return new Promise((resolve) => {
    let [status, received] = [0, ''];
    const done = (error = ''): void => resolve({ status, body: received, error });
    const headers = { Authorization: basic(service), 'Content-Type': 'application/json' };
    request(sim.url + path, { method, headers }, (response) => {
      status = response.statusCode ?? 0;
      response.on('data', (chunk: Buffer) => void (received += chunk.toString()));
      response.on('end', () => done());
      response.on('error', (error: NodeJS.ErrnoException) => done(error.code));
    })
      .on('error', (error: NodeJS.ErrnoException) => done(error.code))
      .end(body);
  });
}

/** Whether creating an incident gets no answer until the simulator did with it what it does. */
async function isSilent({ sim }: SimClient): Promise<boolean> {
  const givenUp = new AbortController();
  let isAnswered = false;
  const asked = fetch(sim.url + table('incident'), {
    method: 'POST',
    headers: { Authorization: basic(service), 'Content-Type': 'application/json' },
    body: '{}',
    signal: givenUp.signal,
  }).then(
    () => void (isAnswered = true),
    () => undefined,
  );
  await waitUntil('the request was dealt with', () => sim.journal().requests.length > 0);
  givenUp.abort();
  await asked;
  return !isAnswered;
}

describe('Faults', () => {
  it('are known by name; an unknown name is refused with a list of all names', () =>
    withSim({}, async ({ sim }) => {
      for (const fault of FAULTS) expect(() => sim.fault({ fault })).not.toThrow();
      expect(() => sim.fault({ fault: 'nonsense' })).toThrow(UnknownFault);
      expect(() => sim.fault({ fault: 'nonsense' })).toThrow('timeout-after-commit');
    }));

  it('apply to the matching requests, as often as requested', () =>
    withSim({}, async (client) => {
      const { sim, call } = client;
      const statusOf = async (path: string, more = {}): Promise<number> => (await call(path, more)).status;
      sim.fault({ fault: 'status:500', times: 2 });
      expect([await statusOf(list), await statusOf(list), await statusOf(list)]).toEqual([500, 500, 200]);
      sim.fault({ fault: 'status:501', match: { method: 'post' } });
      sim.fault({ fault: 'status:502', match: { table: 'sys_user' } });
      sim.fault({ fault: 'status:503', match: { user: 'api.reader' } });
      sim.fault({ fault: 'status:504', match: { opId: 'hd-7' } });
      sim.fault({ fault: 'status:505', match: { table: 'problem', nth: 2 } });
      expect(await statusOf(list)).toBe(200);
      expect((await post(client)).status).toBe(501);
      expect(await statusOf(table('sys_user'))).toBe(502);
      expect(await statusOf(list, { as: reader })).toBe(503);
      expect(await statusOf(table('incident', { query: 'correlation_id=hd-7' }))).toBe(504);
      const problems = [
        await statusOf(table('problem')),
        await statusOf(table('problem')),
        await statusOf(table('problem')),
      ];
      expect(problems).toEqual([200, 505, 200]);
      sim.clearFaults();
      expect((await post(client)).status).toBe(201);
    }));

  it('can be requested by a header only where that is allowed', () =>
    withSim({}, async ({ sim, call }) => {
      const headers = { 'X-Sim-Fault': 'latency:1; status:503,html' };
      expect((await call(list, { headers })).status).toBe(200);
      sim.config({ allowHeaderFaults: true });
      const { status, text } = await call(list, { headers });
      expect([status, text]).toEqual([503, expect.stringContaining('<html')]);
      const unknown = await call(list, { headers: { 'X-Sim-Fault': 'nonsense' } });
      expect([unknown.status, unknown.error]).toEqual([400, expect.stringContaining('There is no fault "nonsense"')]);
    }));

  it('latency delays a request', () =>
    withSim({}, async (client) => {
      client.sim.fault({ fault: 'latency:30,10' });
      expect((await post(client)).status).toBe(201);
    }));

  it.each([
    ['hang-before', 0],
    ['timeout-after-commit', 1],
  ])('%s never answers and stores %i', (fault, stored) =>
    withSim({}, async (client) => {
      client.sim.fault({ fault, match: { method: 'POST' } });
      expect(await isSilent(client)).toBe(true);
      expect(count(client)).toBe(stored);
    }),
  );

  it('timeout-after-commit answers after its delay, if it has one', () =>
    withSim({}, async (client) => {
      client.sim.fault({ fault: 'timeout-after-commit:20' });
      expect((await post(client)).status).toBe(201);
    }));

  it('commit-late stores after its delay on the clock, and does not answer', () =>
    withSim({}, async (client) => {
      client.sim.fault({ fault: 'commit-late:45000', times: 1 });
      expect(await isSilent(client)).toBe(true);
      client.sim.advance(44_999);
      expect(count(client)).toBe(0);
      client.sim.advance(1);
      expect(count(client)).toBe(1);
    }));

  it.each([
    ['reset-before', 0, 0],
    ['reset-after-commit', 1, 0],
    ['reset-midbody', 1, 201],
  ])('%s resets the connection and stores %i', (fault, stored, status) =>
    withSim({}, async (client) => {
      client.sim.fault({ fault });
      const reply = await raw(client, table('incident'), 'POST', '{}');
      expect(reply).toMatchObject({ error: 'ECONNRESET', status });
      expect(count(client)).toBe(stored);
      expect(reply.body.startsWith('{"result"')).toBe(status === 201);
    }),
  );

  it('truncate cuts the JSON off, and truncate-error appends the error of the quota', () =>
    withSim({}, async ({ sim, call }) => {
      for (const fault of ['truncate', 'truncate-error']) {
        sim.clearFaults();
        sim.fault({ fault });
        const { status, text, json, headers } = await call(list);
        expect([status, json, headers.get('content-type')]).toEqual([200, null, 'application/json;charset=UTF-8']);
        expect(text.startsWith('{"result"')).toBe(true);
        expect(text.includes('Transaction cancelled')).toBe(fault === 'truncate-error');
      }
    }));

  it.each([
    ['html-200', 200, 'Welcome'],
    ['login-page', 200, 'user_password'],
    ['maintenance-503', 503, 'maintained'],
    ['redirect-sso', 302, ''],
    ['429-bare', 429, ''],
  ])('%s answers with a page and status %i', (fault, status, text) =>
    withSim({}, async ({ sim, call }) => {
      sim.fault({ fault });
      const reply = await call(list);
      expect([reply.status, reply.text.includes(text)]).toEqual([status, true]);
      expect(reply.headers.get('content-type')).toContain('text/html');
      expect(reply.headers.get('location')).toBe(fault === 'redirect-sso' ? 'https://sso.example.com/login' : null);
      expect(reply.headers.get('retry-after')).toBeNull();
    }),
  );

  it('hibernate puts every route to sleep until the instance is woken', () =>
    withSim({}, async ({ sim, call }) => {
      sim.fault({ fault: 'hibernate', times: 1 });
      for (const path of [list, '/oauth_token.do', '/nav.do']) {
        const { status, text, headers } = await call(path, { as: null });
        expect([status, text.includes('instance-hibernating-page')]).toEqual([200, true]);
        expect(headers.get('content-type')).toContain('text/html');
      }
      sim.wake();
      expect((await call(list)).status).toBe(200);
    }));

  it('gzip-corrupt, wrong-content-type, huge-body and slow-drip challenge the decoder', () =>
    withSim({}, async (client) => {
      const { sim, call } = client;
      const only = (fault: string): void => {
        sim.clearFaults();
        sim.fault({ fault });
      };
      only('gzip-corrupt');
      await expect(call(list)).rejects.toThrow();
      only('wrong-content-type');
      expect((await call(list)).headers.get('content-type')).toBe('text/plain');
      only('huge-body:3000000');
      expect((await call(list)).text.length).toBeGreaterThan(3_000_000);
      only('slow-drip:2000');
      expect((await raw(client, list)).body).toBe('{"result":[{"number":"INC0010002"}]}');
    }));

  it('expire-token ends a token, revoke-token also its refresh token, and 401-once affects one request', () =>
    withSim({}, async ({ sim, call }) => {
      const { clientId: client_id, clientSecret: client_secret } = oauthClients.helpdesk;
      const grant = async (form: Record<string, string>): Promise<{ access_token: string; refresh_token: string }> => {
        const body = new URLSearchParams({ client_id, client_secret, ...form }).toString();
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
        return (await call('/oauth_token.do', { as: null, body, headers })).json as never;
      };
      const status = async (token: string): Promise<number> =>
        (await call(list, { as: null, headers: { Authorization: `Bearer ${token}` } })).status;
      const first = await grant({ grant_type: 'client_credentials' });
      sim.fault({ fault: '401-once' });
      expect([await status(first.access_token), await status(first.access_token)]).toEqual([401, 200]);
      sim.fault({ fault: 'expire-token', times: 1 });
      expect([await status(first.access_token), await status(first.access_token)]).toEqual([401, 401]);
      const second = await grant({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
      sim.fault({ fault: 'revoke-token', times: 1 });
      expect([await status(second.access_token), await status(second.access_token)]).toEqual([401, 401]);
      expect(await grant({ grant_type: 'refresh_token', refresh_token: first.refresh_token })).toMatchObject({
        error: 'invalid_grant',
      });
    }));

  it('429 names the seconds to wait', () =>
    withSim({}, async ({ sim, call }) => {
      sim.fault({ fault: '429:1800' });
      const { status, headers } = await call(list);
      expect([status, headers.get('retry-after'), headers.get('x-ratelimit-limit')]).toEqual([429, '1800', '500']);
    }));

  it('acl-hide hides rows, one row or fields; acl-deny, br-abort and data-policy refuse writes', () =>
    withSim({}, async (client) => {
      const { sim, call } = client;
      const { sysId } = seededIncidents.emailLogin;
      const only = (fault: string): void => {
        sim.clearFaults();
        sim.fault({ fault });
      };
      only('acl-hide:row');
      expect((await call(list)).rows).toEqual([]);
      only(`acl-hide:${sysId}`);
      expect((await call(table(`incident/${sysId}`))).status).toBe(404);
      only('acl-hide:number');
      expect((await call(list)).status).toBe(403);
      expect((await call(table(`incident/${sysId}`))).row).not.toHaveProperty('number');
      only('acl-deny:create,update');
      expect((await post(client)).error).toContain('ACL Exception Insert Failed');
      const update = await call(table(`incident/${sysId}`), { method: 'PATCH', body: { urgency: '1' } });
      expect(update.error).toContain('ACL Exception Update Failed');
      only('br-abort:Check the category');
      expect((await post(client)).error).toContain("aborted by Business Rule 'Check the category^");
      only('data-policy:cmdb_ci');
      expect((await post(client)).error).toContain('The following fields are mandatory: cmdb_ci');
      expect((await post(client, { cmdb_ci: 'x' })).status).toBe(201);
    }));

  it('dup-insert stores two with the same correlation_id, and the invariants report that', () =>
    withSim({}, async (client) => {
      client.sim.fault({ fault: 'dup-insert', times: 1 });
      await post(client, { correlation_id: 'hd-1' });
      await post(client, { correlation_id: 'hd-2' });
      expect(client.sim.journal().invariants).toMatchObject({
        incidentsPerCorrelationId: { 'hd-1': 2, 'hd-2': 1 },
        duplicates: ['hd-1'],
      });
    }));

  it('stale-read shows lists and records in an earlier state', () =>
    withSim({}, async (client) => {
      const { sim, call } = client;
      sim.advance(60_000);
      const { sys_id } = await create(client, { caller_id: people.abraham.sysId });
      sim.agent.resolve('INC0010002');
      sim.fault({ fault: 'stale-read:5000' });
      const seen = async (): Promise<unknown> => {
        const { rows } = await call(
          table('incident', { query: `caller_id=${people.abraham.sysId}^ORDERBYnumber`, fields: 'number,state' }),
        );
        return [rows, (await call(table(`incident/${sys_id}`))).status];
      };
      expect(await seen()).toEqual([[{ number: 'INC0010002', state: '2' }], 404]);
      sim.advance(5_001);
      expect(await seen()).toEqual([
        [
          { number: 'INC0010002', state: '6' },
          { number: 'INC0010008', state: '1' },
        ],
        200,
      ]);
    }));

  it('clock-skew shifts the time of changes and of the answer', () =>
    withSim({}, async (client) => {
      client.sim.fault({ fault: 'clock-skew:-90' });
      const { row, headers } = await post(client);
      expect(row['sys_created_on']).toBe('2026-11-23 07:58:30');
      expect(headers.get('date')).toBe('Mon, 23 Nov 2026 07:58:30 GMT');
    }));
});
