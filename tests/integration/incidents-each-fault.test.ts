/**
 * Every fault that can happen to a create request on its way to ServiceNow. For each fault, the tests check the answer,
 * how often the request was sent, and the number of incidents in the end. docs/incidents.md has the same rows.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '#testing';
import { Helpdesk } from './support/helpdesk.js';
import { MovableClock } from './support/movable-clock.js';

const clock = new MovableClock();
let desk: Helpdesk;
let incidents: string;
beforeAll(async () => {
  desk = await Helpdesk.start({
    SERVICENOW_READ_TIMEOUT_MS: '1000',
    SERVICENOW_WRITE_TIMEOUT_MS: '1000',
    INCIDENT_POLL_SECONDS: '3000',
    ...clock.env,
  });
  incidents = desk.stack.services.incident.url;
});
afterAll(async () => {
  await desk.stop();
  clock.remove();
});
afterEach(async () => {
  desk.sim.clearFaults();
  desk.sim.wake();
  // Every pause of the calls to the instance ends before the next test.
  await clock.advance(3_600_000);
});

/** Opens an incident while the next create request fails with this fault. */
async function openDuring(fault: string) {
  desk.sim.fault({ fault, match: { method: 'POST', table: 'incident' }, times: 1 });
  const from = desk.sim.journal().requests.length;
  const response = await fetch(`${incidents}/incidents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      email: 'ana.ruiz@example.com',
      operation_id: fault,
      title: `During ${fault}`,
      description: 'A test.',
      priority: 'low',
    }),
  });
  return {
    answered: response.status,
    operation: async () =>
      (await (await fetch(`${incidents}/operations/${encodeURIComponent(fault)}`)).json()) as { state: string },
    sent: () =>
      desk.sim
        .journal()
        .requests.slice(from)
        .filter(({ method }) => method === 'POST').length,
    stored: () => desk.opened().filter(({ title }) => title === `During ${fault}`).length,
  };
}

describe('A create request that the instance has carried out', () => {
  it.each([
    ['the connection breaks before the answer', 'reset-after-commit'],
    ['the connection breaks in the middle of the answer', 'reset-midbody'],
    ['there is no answer', 'timeout-after-commit'],
    ['the answer is cut off', 'truncate'],
    ['an error of the instance cuts off the answer', 'truncate-error'],
    ['the answer is garbled', 'gzip-corrupt'],
    ['the answer has another media type', 'wrong-content-type'],
    ['the answer is too large', 'huge-body'],
  ])('is looked up and not sent again when %s', async (_, fault) => {
    const { operation, sent, stored } = await openDuring(fault);
    await waitUntil('it is done', async () => (await operation()).state === 'done');
    expect([sent(), stored()]).toEqual([1, 1]);
  });
});

describe('A create request that may have been carried out, but was not', () => {
  it.each([
    ['the connection breaks', 'reset-before'],
    ['there is no answer', 'hang-before'],
    ['the instance fails', 'status:500'],
    ['a part of the instance is down', 'status:503,html'],
    ['the instance is under maintenance', 'maintenance-503'],
    ['the instance only puts it into a queue', 'status:202'],
    ['the answer is a web page', 'html-200'],
    ['the answer is a login page', 'login-page'],
  ])('is sent again after 90 seconds when %s', async (_, fault) => {
    const { answered, operation, sent, stored } = await openDuring(fault);
    expect([answered, sent(), stored()]).toEqual([202, 1, 0]);
    await clock.advance(120_000);
    await waitUntil('it is done', async () => (await operation()).state === 'done');
    expect([sent(), stored()]).toEqual([2, 1]);
  });
});

describe('A create request that was certainly not carried out', () => {
  it.each([
    ['our session has expired', '401-once', 0],
    ['all threads are busy', '429-bare', 0],
    ['the instance redirects it', 'redirect-sso', 0],
    ['there were too many calls', '429:1800', 1_800_000],
    ['the instance hibernates', 'hibernate', 300_000],
  ])('is sent again at the earliest useful time when %s', async (_, fault, waitMs) => {
    const { operation, sent, stored } = await openDuring(fault);
    desk.sim.wake();
    if (waitMs > 0) {
      expect([sent(), stored()]).toEqual([1, 0]);
      await clock.advance(waitMs);
    }
    await waitUntil('it is done', async () => (await operation()).state === 'done');
    expect([sent(), stored()]).toEqual([2, 1]);
  });

  it.each([
    ['a business rule', 'br-abort:No incidents on Mondays', 'parked'],
    ['a data policy', 'data-policy:assignment_group', 'parked'],
    ['an access rule', 'acl-deny:create', 'parked'],
    ['a 400 error', 'status:400', 'parked'],
  ])('is not sent again when %s rejects it', async (_, fault, state) => {
    const { answered, operation, sent, stored } = await openDuring(fault);
    expect(answered).toBe(422);
    expect(await operation()).toMatchObject({ state });
    expect([sent(), stored()]).toEqual([1, 0]);
  });
});

it('no operation has opened two incidents', () => {
  expect(desk.sim.journal().invariants.duplicates).toEqual([]);
});
