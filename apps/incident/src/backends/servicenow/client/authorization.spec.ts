import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { accounts, apiKey, oauthClients, ServiceNowSim } from '#servicenow-simulator';
import { type Credentials } from './authorization.js';
import { observedBackend, type ObservedBackend } from '../backend.fixture.js';
import { json, ScriptedInstance } from '../../scripted-instance.fixture.js';

const { clientId, clientSecret } = oauthClients.helpdesk;
const { userName: user, password } = accounts.service;
const credentials: Credentials[] = [
  { kind: 'basic', user, password },
  { kind: 'api-key', key: apiKey },
  { kind: 'client-credentials', clientId, clientSecret },
  { kind: 'password', clientId, clientSecret, user, password },
];
const tokenCredentials = credentials.filter(({ kind }) => kind === 'client-credentials' || kind === 'password');

let observed: ObservedBackend | undefined;
afterEach(() => observed?.backend.client.close());

describe('Our account', () => {
  let sim: ServiceNowSim;
  beforeAll(async () => {
    sim = await ServiceNowSim.start({ clock: 'frozen' });
  });
  afterAll(() => sim.close());
  afterEach(() => sim.reset());

  const calls = () => sim.journal().requests.filter(({ url }) => url.startsWith('/api/')).length;
  const tokens = () => sim.journal().requests.filter(({ url }) => url.startsWith('/oauth_token.do')).length;

  it.each(credentials)('authenticates with $kind', async (credentials) => {
    observed = observedBackend(sim.url, { credentials });
    await observed.backend.check();
    expect(sim.journal().requests.at(-1)).toMatchObject({ user: 'svc.helpdesk', status: 200 });
  });

  it.each(tokenCredentials)('fetches one $kind token for many concurrent calls', async (credentials) => {
    observed = observedBackend(sim.url, { credentials });
    const { backend } = observed;
    await Promise.all(Array.from({ length: 20 }, () => backend.check()));
    expect(tokens()).toBe(1);
    expect(calls()).toBe(20);
  });

  it.each(tokenCredentials)('fetches the next $kind token before the current one expires', async (credentials) => {
    let now = 1_000_000;
    observed = observedBackend(sim.url, { credentials }, { now: () => now });
    await observed.backend.check();
    const pass = (seconds: number) => {
      now += seconds * 1_000;
      sim.advance(seconds * 1_000);
    };
    for (let minute = 1; minute <= 35; minute++) {
      pass(60);
      await observed.backend.check();
    }
    expect(sim.journal().requests.map(({ status }) => status)).not.toContain(401);
    // In its last minute the instance returns the same token again.
    expect(tokens()).toBe(3);
    expect(calls()).toBe(36);
  });

  it.each(credentials)('repeats a call that was rejected once ($kind)', async (credentials) => {
    observed = observedBackend(sim.url, { credentials });
    sim.fault({ fault: '401-once', match: { table: 'incident' } });
    await observed.backend.check();
    expect(calls()).toBe(2);
  });

  it.each(credentials)('tries a revoked account twice and then stops calling ($kind)', async (credentials) => {
    observed = observedBackend(sim.url, { credentials });
    sim.fault({ fault: 'status:401', match: { table: 'incident' } });
    const { backend } = observed;
    for (let call = 0; call < 5; call++)
      await expect(backend.check()).rejects.toMatchObject({ kind: 'unauthenticated', mayHaveHappened: false });
    expect(calls()).toBe(2);
    expect(tokens()).toBeLessThanOrEqual(2);
  });

  it.each(tokenCredentials)('fetches another token after its token was revoked ($kind)', async (credentials) => {
    observed = observedBackend(sim.url, { credentials });
    await observed.backend.check();
    sim.fault({ fault: 'revoke-token', times: 1 });
    await observed.backend.check();
    // Revoking a token may also revoke its refresh token.
    expect(tokens()).toBeLessThanOrEqual(3);
    expect(calls()).toBe(3);
  });

  it('is not locked out by many calls with a wrong password', async () => {
    observed = observedBackend(sim.url, { credentials: { kind: 'basic', user, password: 'wrong' }, concurrency: 1 });
    const { backend } = observed;
    await Promise.allSettled(Array.from({ length: 30 }, () => backend.check()));
    expect(calls()).toBe(2);
    expect(sim.records('sys_user').find((row) => row['user_name'] === user)).toMatchObject({ locked_out: 'false' });
  });

  it('does not ask a hibernating instance for token after token', async () => {
    observed = observedBackend(sim.url, { credentials: { kind: 'client-credentials', clientId, clientSecret } });
    sim.fault({ fault: 'hibernate', times: 1 });
    for (let call = 0; call < 5; call++)
      await expect(observed.backend.check()).rejects.toMatchObject({ kind: 'hibernating' });
    expect(sim.journal().requests).toHaveLength(1);
  });
});

describe('A refused token', () => {
  it.each([
    [401, { error: 'invalid_client', error_description: 'secret-words' }, 'invalid_client'],
    [400, { error: 'unsupported_grant_type' }, 'unsupported_grant_type'],
    [401, 'nothing', 'status 401'],
  ])('with status %s reports %j as far as that is safe, and is requested once', async (status, body, reason) => {
    const instance = await ScriptedInstance.start();
    instance.answer(json(status, body));
    observed = observedBackend(instance.origin, {
      credentials: { kind: 'client-credentials', clientId, clientSecret },
    });
    await expect(observed.backend.check()).rejects.toMatchObject({
      kind: 'unauthenticated',
      message: `ServiceNow gives us no token (${reason}).`,
    });
    await expect(observed.backend.check()).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect(instance.heard).toHaveLength(1);
    expect(observed.lines.join()).not.toContain('secret');
    await instance.close();
  });
});
