import { describe, expect, it } from '@jest/globals';
import { accounts } from '../seed/accounts.js';
import { table, withSim } from '../sim-client.fixture.js';

const path = table('incident', { limit: '1' });
const limitOf = (headers: Headers): string | null => headers.get('x-ratelimit-limit');

describe('Budgets', () => {
  it('a rule for the account precedes the lowest rule for its roles, and that precedes the rule for all', () =>
    withSim({}, async ({ sim, call }) => {
      const all = { perHour: 10 };
      const roles = [
        { role: 'sn_incident_read', perHour: 30 },
        { role: 'sn_incident_write', perHour: 20 },
      ];
      const limit = async (): Promise<string | null> => limitOf((await call(path)).headers);
      expect(await limit()).toBeNull();
      sim.config({ rateRules: [all] });
      expect(await limit()).toBe('10');
      sim.config({ rateRules: [all, ...roles] });
      expect(await limit()).toBe('20');
      sim.config({ rateRules: [all, ...roles, { user: 'svc.helpdesk', perHour: 40 }] });
      expect(await limit()).toBe('40');
      sim.config({ rateRules: [{ table: 'problem', perHour: 5 }] });
      expect(await limit()).toBeNull();
    }));

  it('refuses requests over the budget until the hour ends, and says when that is', () =>
    withSim({ config: { rateRules: [{ perHour: 2 }] } }, async ({ sim, call }) => {
      sim.advance(38 * 60_000 + 56_000);
      expect([(await call(path)).status, (await call(path)).status]).toEqual([200, 200]);
      const refused = await call(path);
      expect([refused.status, refused.error]).toEqual([
        429,
        'Rate limit exceeded / Rate limit of 2 requests per hour for Table API exceeded',
      ]);
      expect(refused.headers.get('retry-after')).toBe('1264');
      expect(limitOf(refused.headers)).toBe('2');
      expect(refused.headers.get('x-ratelimit-reset')).toBe(String(Date.parse('2026-11-23T09:00:00Z') / 1_000));
      expect(refused.headers.get('x-ratelimit-rule')).toMatch(/^[0-9a-f]{32}$/);
      expect(refused.headers.get('x-ratelimit-remaining')).toBeNull();
      expect((await call(path, { as: accounts.reader })).status).toBe(200);
      expect(sim.journal().invariants.callsInPenalty).toBe(0);
      await call(path);
      expect(sim.journal().invariants.callsInPenalty).toBe(1);
      sim.advance(1_264_000);
      expect((await call(path)).status).toBe(200);
    }));

  it('allows requests over the budget until the counters are written', () =>
    withSim({ config: { rateRules: [{ perHour: 2 }], rateFlushMs: 30_000 } }, async ({ sim, call }) => {
      const statuses = async (): Promise<number[]> => [
        (await call(path)).status,
        (await call(path)).status,
        (await call(path)).status,
      ];
      expect(await statuses()).toEqual([200, 200, 200]);
      sim.advance(30_000);
      expect(await statuses()).toEqual([429, 429, 429]);
    }));

  it('refuses a request without rate headers when all threads and the queue are full', () =>
    withSim({ config: { saturation: { threads: 1, queue: 2 }, latencyMs: 300 } }, async ({ call }) => {
      const replies = await Promise.all(Array.from({ length: 5 }, () => call(path)));
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429]);
      const refused = replies.find(({ status }) => status === 429)!;
      expect([refused.headers.get('retry-after'), limitOf(refused.headers)]).toEqual([null, null]);
    }));

  it('answers 202 when too many requests of one session wait, and sets a cookie with each answer', () =>
    withSim({ config: { sessionQueue: 1, latencyMs: 300 } }, async ({ call }) => {
      const cookie = (await call(path)).headers.getSetCookie()[0]!.split(';')[0]!;
      expect(cookie).toMatch(/^JSESSIONID=/);
      const replies = await Promise.all(Array.from({ length: 3 }, () => call(path, { headers: { cookie } })));
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 202]);
      expect((await call(path, { headers: { cookie } })).headers.getSetCookie()).toEqual([]);
    }));
});
