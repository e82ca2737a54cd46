import { describe, expect, it } from '@jest/globals';
import { accounts, apiKey, oauthClients } from '../seed/accounts.js';
import { basic, type Reply, type SimClient, table, withSim } from '../sim-client.fixture.js';

const { service } = accounts;
const { helpdesk, unbound } = oauthClients;
const path = table('incident', { limit: '1' });

const token = (
  { call }: SimClient,
  form: Record<string, string>,
  client: { clientId: string; clientSecret: string } = helpdesk,
): Promise<Reply> =>
  call('/oauth_token.do', {
    as: null,
    body: new URLSearchParams({ client_id: client.clientId, client_secret: client.clientSecret, ...form }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });

const password = { grant_type: 'password', username: service.userName, password: service.password };

interface Grant {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

const statusWith = async ({ call }: SimClient, headers: Record<string, string>): Promise<number> =>
  (await call(path, { as: null, headers })).status;

const bearer = (grant: Reply): Record<string, string> => ({
  Authorization: `Bearer ${(grant.json as Grant).access_token}`,
});

describe('Signing in', () => {
  it('accepts a password, a token and an API key, and nothing else', () =>
    withSim({}, async (client) => {
      expect(await statusWith(client, { Authorization: basic(service) })).toBe(200);
      expect(await statusWith(client, bearer(await token(client, password)))).toBe(200);
      expect(await statusWith(client, { 'x-sn-apikey': apiKey })).toBe(200);
      const wrong = [
        {},
        { Authorization: 'Bearer nonsense' },
        { Authorization: 'Digest x' },
        { 'x-sn-apikey': 'nonsense' },
        { Authorization: basic({ ...service, password: '' }) },
        { Authorization: basic({ userName: 'former.employee', password: 'former.employee' }) },
      ];
      expect(await Promise.all(wrong.map((headers) => statusWith(client, headers as Record<string, string>)))).toEqual(
        wrong.map(() => 401),
      );
    }));

  it('refuses with either of two texts, the same for known and unknown tables', () =>
    withSim({}, async ({ sim, call }) => {
      const { error, headers, json } = await call(path, { as: null });
      expect(error).toBe('User Not Authenticated / Required to provide Auth information');
      expect(headers.get('www-authenticate')).toBe('Basic realm="Service-now"');
      expect((await call(table('nonsense'), { as: null })).json).toEqual(json);
      sim.config({ otherUnauthenticatedWording: true });
      expect((await call(path, { as: null })).error).toContain('User is not authenticated');
    }));

  it('refuses a correct password where basic authentication is restricted', () =>
    withSim({ config: { restrictBasicAuth: true } }, async (client) => {
      expect(await statusWith(client, { Authorization: basic(service) })).toBe(401);
      expect(await statusWith(client, bearer(await token(client, password)))).toBe(200);
    }));

  it('returns the same token while it is valid, with its remaining lifetime', () =>
    withSim({}, async (client) => {
      const first = (await token(client, password)).json as Grant;
      expect(first.expires_in).toBe(1_800);
      client.sim.advance(1_788_000);
      const second = (await token(client, password)).json as Grant;
      expect(second).toEqual({ ...first, expires_in: 12 });
      client.sim.advance(12_000);
      expect(await statusWith(client, { Authorization: `Bearer ${first.access_token}` })).toBe(401);
      const renewed = (await token(client, { grant_type: 'refresh_token', refresh_token: first.refresh_token }))
        .json as Grant;
      expect(renewed).toMatchObject({ refresh_token: first.refresh_token, expires_in: 1_800 });
      expect(renewed.access_token).not.toBe(first.access_token);
    }));

  it('refuses an expired refresh token, and one of another client', () =>
    withSim({ config: { refreshTokenSeconds: 100 } }, async (client) => {
      const { refresh_token } = (await token(client, password)).json as Grant;
      const refresh = { grant_type: 'refresh_token', refresh_token };
      expect((await token(client, refresh, unbound)).status).toBe(401);
      expect((await token(client, refresh)).status).toBe(200);
      client.sim.advance(100_000);
      expect((await token(client, refresh)).json).toMatchObject({ error: 'invalid_grant' });
    }));

  it('gives client credentials a token only where the property is set and the client has an account', () =>
    withSim({}, async (client) => {
      const grant = { grant_type: 'client_credentials' };
      expect(await statusWith(client, bearer(await token(client, grant)))).toBe(200);
      const refused = await token(client, grant, unbound);
      expect([refused.status, refused.json]).toEqual([401, expect.objectContaining({ error: 'invalid_grant' })]);
      client.sim.property('glide.oauth.inbound.client.credential.grant_type.enabled', 'false');
      expect((await token(client, grant)).status).toBe(401);
    }));

  it.each([
    [{ ...password, password: 'wrong' }, helpdesk, 401, 'access_denied'],
    [password, { ...helpdesk, clientSecret: 'wrong' }, 401, 'invalid_client'],
    [{ grant_type: 'nonsense' }, helpdesk, 400, 'unsupported_grant_type'],
    [{ grant_type: 'refresh_token' }, helpdesk, 401, 'invalid_grant'],
  ])('refuses a token with an OAuth error: %j', (form, client, status, error) =>
    withSim({}, async (sim) => {
      const refused = await token(sim, form, client);
      expect([refused.status, refused.json]).toEqual([status, expect.objectContaining({ error })]);
    }),
  );

  it('accepts only forms, and no passwords where these are switched off', () =>
    withSim({}, async (client) => {
      expect((await client.call('/oauth_token.do', { body: password, as: null })).status).toBe(500);
      client.sim.property('glide.oauth.inbound.ropc.grant_type.disabled', 'true');
      expect((await token(client, password)).json).toMatchObject({ error: 'access_denied' });
    }));

  it('locks an account after five wrong passwords in a row, even for the correct password and for tokens', () =>
    withSim({}, async (client) => {
      const wrong = { Authorization: basic({ ...service, password: 'wrong' }) };
      const right = { Authorization: basic(service) };
      const granted = bearer(await token(client, password));
      const attempts = async (count: number): Promise<void> => {
        for (let attempt = 0; attempt < count; attempt += 1) await statusWith(client, wrong);
      };
      await attempts(4);
      expect(await statusWith(client, right)).toBe(200);
      await attempts(5);
      expect(await statusWith(client, right)).toBe(401);
      expect(await statusWith(client, granted)).toBe(401);
      expect(client.sim.journal().security).toEqual([
        expect.objectContaining({ kind: 'locked-out', detail: 'svc.helpdesk' }),
      ]);
    }));
});
