import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { accounts, ServiceNowSim } from '#servicenow-simulator';
import { observedBackend, type ObservedBackend } from '../backend.fixture.js';
import { type ServiceNowConfig } from '../client/servicenow.config.js';

let sim: ServiceNowSim;
let observed: ObservedBackend;
beforeAll(async () => {
  sim = await ServiceNowSim.start();
});
afterAll(() => sim.close());
afterEach(() => {
  observed.backend.client.close();
  sim.reset();
});

const findings = (config: Partial<ServiceNowConfig> = {}) => {
  observed = observedBackend(sim.url, config);
  return observed.backend.selfTest();
};

describe('The self-test of a ServiceNow instance', () => {
  it('reports nothing on a correctly configured instance, and writes nothing', async () => {
    expect(await findings()).toEqual([]);
    expect(new Set(sim.journal().requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it.each([
    ['incident', 'correlation_id', /opened twice/],
    ['incident', 'caller_id', /nobody sees theirs/],
    ['sys_user', 'email', /nobody is known/],
  ])('reports that our account may not search %s by %s', async (table, column, finding) => {
    sim.config({ hiddenFields: { [table]: [column] } });
    expect(await findings()).toEqual([expect.stringMatching(finding)]);
  });

  it('reports that our account may not search by the time of changes', async () => {
    sim.config({ rangeDeniedFields: { incident: ['sys_updated_on'] } });
    expect(await findings()).toEqual([expect.stringMatching(/nobody hears of changes/)]);
  });

  it('reports our codes that the instance does not have', async () => {
    expect(await findings({ closeCode: 'Solved (Permanently)', contactType: 'carrier pigeon' })).toEqual([
      'The instance has no close code as SERVICENOW_CLOSE_CODE says.',
      'The instance has no channel as SERVICENOW_CONTACT_TYPE says.',
    ]);
  });

  it('reports an account with another time zone', async () => {
    const { userName: user, password } = accounts.agent;
    expect(await findings({ credentials: { kind: 'basic', user, password }, account: user })).toEqual([
      'The time zone of our account is "Europe/Berlin" instead of GMT: times of comments may be wrong.',
    ]);
  });

  it('fails when the instance rejects our account', async () => {
    await expect(findings({ credentials: { kind: 'basic', user: 'x', password: 'y' } })).rejects.toMatchObject({
      kind: 'unauthenticated',
    });
  });
});
