import { describe, expect, it } from '@jest/globals';
import { people, seededIncidents } from '../seed/accounts.js';
import { table, withSim } from '../sim-client.fixture.js';

const { sysId } = people.ana;
const id = seededIncidents.talkative.sysId;

describe('The shapes of a value', () => {
  const shapes = (field: string, more: Record<string, string> = {}) =>
    withSim({}, async ({ sim, call }) => {
      sim.agent.update('INC0010001', { business_duration: '1970-01-01 00:02:17', due_date: '2026-11-22 14:00:00' });
      const read = async (display_value: string): Promise<unknown> =>
        (await call(table(`incident/${id}`, { fields: field, display_value, ...more }))).row[field];
      const cells = await Promise.all(['false', 'true', 'all'].map(read));
      return JSON.parse(JSON.stringify(cells).replaceAll(sim.url, 'https://acme')) as unknown;
    });
  const both = (value: string, display_value = value) => ({ display_value, value });
  const link = `https://acme/api/now/table/sys_user/${sysId}`;

  it.each([
    ['number', ['INC0010001', 'INC0010001', both('INC0010001')]],
    ['state', ['2', 'In Progress', both('2', 'In Progress')]],
    ['impact', ['2', '2 - Medium', both('2', '2 - Medium')]],
    ['priority', ['3', '3 - Moderate', both('3', '3 - Moderate')]],
    ['active', ['true', 'true', both('true')]],
    ['due_date', ['2026-11-22 14:00:00', '2026-11-22 14:00:00', both('2026-11-22 14:00:00')]],
    [
      'business_duration',
      ['1970-01-01 00:02:17', '2 Minutes 17 Seconds', both('1970-01-01 00:02:17', '2 Minutes 17 Seconds')],
    ],
    [
      'caller_id',
      [
        { link, value: sysId },
        { display_value: 'Ana Ruiz', link },
        { ...both(sysId, 'Ana Ruiz'), link },
      ],
    ],
    ['assigned_to', ['', '', both('')]],
    ['caller_id.email', [people.ana.email, people.ana.email, both(people.ana.email)]],
    ['reopen_count', ['0', '0', both('0')]],
  ])('%s, raw, displayed and both', async (field, expected) => {
    expect(await shapes(field)).toEqual(expected);
  });

  it.each([
    ['caller_id', [sysId, 'Ana Ruiz', both(sysId, 'Ana Ruiz')]],
    ['assigned_to', ['', '', both('')]],
  ])('%s without links', async (field, expected) => {
    expect(await shapes(field, { exclude_reference_link: 'true' })).toEqual(expected);
  });

  it('date-times are UTC when raw, and in the account’s time zone when displayed', () =>
    withSim({}, async ({ call }) => {
      const as = { userName: 'ana.ruiz', password: 'ana.ruiz' };
      const { row } = await call(table(`incident/${id}`, { fields: 'sys_updated_on', display_value: 'all' }), { as });
      expect(row['sys_updated_on']).toEqual({ value: '2026-11-23 06:21:00', display_value: '2026-11-23 07:21:00' });
    }));

  it('a link contains the API version of the request, and every value is a text', () =>
    withSim({}, async ({ sim, call }) => {
      const { row } = await call(`/api/now/v2/table/incident/${id}`);
      expect(row['caller_id']).toHaveProperty('link', `${sim.url}/api/now/v2/table/sys_user/${sysId}`);
      expect(Object.keys(row).length).toBeGreaterThan(85);
      for (const value of Object.values(row)) expect(['string', 'object']).toContain(typeof value);
    }));
});
