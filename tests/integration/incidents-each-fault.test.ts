/**
 * Each way in which a create can fail on its way to ServiceNow: what is answered, how often the create was sent, and how
 * many incidents there are in the end. The table of docs/incidents.md has these rows.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '#testing';
import { Helpdesk } from './helpdesk.js';

const folder = mkdtempSync(join(tmpdir(), 'movable-clock-'));
const clock = join(folder, 'offset');
let offsetMs = 0;
/** Resolves when the incident service's clock was moved on. */
async function moveClock(ms: number): Promise<void> {
  offsetMs += ms;
  writeFileSync(clock, String(offsetMs));
  await waitUntil('its clock was moved', () => readFileSync(`${clock}.incident`, 'utf8') === String(offsetMs));
}

let desk: Helpdesk;
let incidents: string;
beforeAll(async () => {
  writeFileSync(clock, '0');
  desk = await Helpdesk.start({
    SERVICENOW_READ_TIMEOUT_MS: '1000',
    SERVICENOW_WRITE_TIMEOUT_MS: '1000',
    INCIDENT_POLL_SECONDS: '3000',
    MOVED_CLOCK: clock,
    NODE_OPTIONS: `--import ${pathToFileURL(resolve(import.meta.dirname, '../movable-clock.js')).href}`,
  });
  incidents = desk.stack.services.incident.url;
});
afterAll(async () => {
  await desk.stop();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  desk.sim.clearFaults();
  desk.sim.wake();
  // Whatever made us leave the instance alone is over before the next test.
  await moveClock(3_600_000);
});

/** Opens an incident while the next create fails like this. */
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

describe('A create that the instance carried out', () => {
  it.each([
    ['the connection breaks before the answer', 'reset-after-commit'],
    ['the connection breaks within the answer', 'reset-midbody'],
    ['there is no answer', 'timeout-after-commit'],
    ['the answer is cut off', 'truncate'],
    ['the answer is cut off by an error of the instance', 'truncate-error'],
    ['the answer is garbled', 'gzip-corrupt'],
    ['the answer has another media type', 'wrong-content-type'],
    ['the answer is too large', 'huge-body'],
  ])('is looked up and not sent again when %s', async (_, fault) => {
    const { operation, sent, stored } = await openDuring(fault);
    await waitUntil('it is done', async () => (await operation()).state === 'done');
    expect([sent(), stored()]).toEqual([1, 1]);
  });
});

describe('A create that may have been carried out and was not', () => {
  it.each([
    ['the connection breaks', 'reset-before'],
    ['there is no answer', 'hang-before'],
    ['the instance fails', 'status:500'],
    ['a part of the instance is away', 'status:503,html'],
    ['the instance is being maintained', 'maintenance-503'],
    ['it was put into a queue', 'status:202'],
    ['a page is answered', 'html-200'],
    ['a page to log in is answered', 'login-page'],
  ])('is sent again after a minute and a half when %s', async (_, fault) => {
    const { answered, operation, sent, stored } = await openDuring(fault);
    expect([answered, sent(), stored()]).toEqual([202, 1, 0]);
    await moveClock(120_000);
    await waitUntil('it is done', async () => (await operation()).state === 'done', 30_000);
    expect([sent(), stored()]).toEqual([2, 1]);
  });
});

describe('A create that was certainly not carried out', () => {
  it.each([
    ['our session is over', '401-once', 0],
    ['all threads are busy', '429-bare', 0],
    ['we are sent elsewhere, where we never go', 'redirect-sso', 0],
    ['too many calls were made', '429:1800', 1_800_000],
    ['the instance hibernates', 'hibernate', 300_000],
  ])('is sent again as soon as that makes sense when %s', async (_, fault, waitMs) => {
    const { operation, sent, stored } = await openDuring(fault);
    desk.sim.wake();
    if (waitMs > 0) {
      expect([sent(), stored()]).toEqual([1, 0]);
      await moveClock(waitMs);
    }
    await waitUntil('it is done', async () => (await operation()).state === 'done', 30_000);
    expect([sent(), stored()]).toEqual([2, 1]);
  });

  it.each([
    ['by a business rule', 'br-abort:No incidents on Mondays', 'parked'],
    ['by a data policy', 'data-policy:assignment_group', 'parked'],
    ['for want of rights', 'acl-deny:create', 'parked'],
    ['as not understood', 'status:400', 'parked'],
  ])('is not sent again when it is refused %s', async (_, fault, state) => {
    const { answered, operation, sent, stored } = await openDuring(fault);
    expect(answered).toBe(422);
    expect(await operation()).toMatchObject({ state });
    expect([sent(), stored()]).toEqual([1, 0]);
  });
});

it('no operation has two incidents in the end', () => {
  expect(desk.sim.journal().invariants.duplicates).toEqual([]);
});
