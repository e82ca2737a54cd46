/** The measurements of `bench:incident`. Each returns rows of the table. */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '#testing';
import { median } from '../median.js';
import { measureSmallTalk } from './chat.js';
import { measureCreates, openIncidents, pendingOperations } from './creates.js';
import { type Row } from './row.js';
import { type Simulator, type SimulatorCall } from './simulator.js';

const HOUR_MS = 3_600_000;
const CONCURRENCY = 32;
const LOST = 'The answer to this one is lost.';

/** The address of an incident service, and its ticket system. */
interface Subject {
  url: string;
  sim: Simulator;
}

/** Creates per second, each answered with its number. */
export async function createRows({ url, sim, windows }: Subject & { windows: number }): Promise<Row[]> {
  const perSecond = await measureCreates(url, { concurrency: CONCURRENCY, windows, windowMs: 5_000 });
  return [
    [`creates a second, median of ${windows} windows of 5 s`, median(perSecond), { atLeast: 100 }],
    ['– in the slowest window', Math.min(...perSecond)],
    ['– duplicates', await duplicates(sim), { exactly: 0 }],
  ];
}

/**
 * Creates whose answer is lost after the instance has stored the incident. Each lost answer looks like an outage, so other
 * creates run at the same time. Otherwise the circuit breaker would open, and the benchmark would measure its pauses.
 */
export async function lostAnswerRows({
  url,
  sim,
  lost,
  others,
}: Subject & { lost: number; others: number }): Promise<Row[]> {
  await sim.control('faults', { fault: 'reset-after-commit', match: { method: 'POST', opId: LOST }, times: lost });
  const share = others / lost + 1;
  const total = lost + others;
  const before = (await sim.calls()).length;
  await openIncidents(url, {
    concurrency: 2 * CONCURRENCY,
    isOver: (next) => next >= total,
    describe: (index) => (index % share === 0 ? LOST : undefined),
    answered: expectAccepted,
  });
  await waitUntil('all are settled', async () => (await pendingOperations(url)) === 0);
  const stored = (await sim.descriptions()).filter((description) => description === LOST).length;
  const calls = (await sim.calls()).slice(before);
  await sim.clearFaults();
  return [
    [`incidents of ${lost} creates whose answer was lost, among ${others} others`, stored, { exactly: lost }],
    ['– answers that were lost', calls.filter(({ method, status }) => method === 'POST' && status === 0).length],
    ['– duplicates', await duplicates(sim), { exactly: 0 }],
  ];
}

/** More creates than the limit per hour, while another program uses half of the calls of the same account. */
export async function stormRows({
  url,
  sim,
  moveClock,
  creates,
  perHour,
}: Subject & { moveClock: (offsetMs: number) => void; creates: number; perHour: number }): Promise<Row[]> {
  await sim.control('config', { rateRules: [{ user: 'svc.helpdesk', perHour }], rateFlushMs: 2_000 }, 'PUT');
  const opened = (await sim.perOperation()).length;
  await useUp(sim, Math.round(perHour / 2));
  await openIncidents(url, {
    concurrency: CONCURRENCY,
    isOver: (next) => next >= creates,
    answered: expectAccepted,
  });
  let hours = 0;
  let left = await pendingOperations(url);
  while (left > 0 && hours < creates) {
    const before = left;
    await sim.control('clock', { advance: HOUR_MS });
    moveClock(++hours * HOUR_MS);
    await waitUntil('the hour is used', async () => {
      left = await pendingOperations(url);
      return left === 0 || (left < before && (await isPaused(sim)));
    });
  }
  const calls = await sim.calls();
  await sim.control('config', { rateRules: [], rateFlushMs: 0 }, 'PUT');
  return [
    [
      `incidents of ${creates} creates at ${perHour} calls an hour`,
      (await sim.perOperation()).length - opened,
      { exactly: creates },
    ],
    ['– hours that it took, by a clock that is moved on', hours],
    ['– calls that were refused', calls.filter(({ status }) => status === 429).length],
    ['– calls within a penalty, after its first second', callsInPenalty(calls), { exactly: 0 }],
    ['– duplicates', await duplicates(sim), { exactly: 0 }],
  ];
}

/** The slowest turns that need no ticket system, while it works and while it is frozen. The runs alternate. */
export async function frozenRows({
  gateway,
  incident,
  sim,
  rounds,
  turns,
}: {
  gateway: string;
  incident: string;
  sim: Simulator;
  rounds: number;
  turns: number;
}): Promise<Row[]> {
  const run = (prefix: string) => measureSmallTalk(gateway, { turns, concurrency: 4, everyMs: 250, prefix });
  await run('warm');
  const well: number[] = [];
  const frozen: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    well.push(await run(`well-${round}`));
    await sim.control('faults', { fault: 'hang-before' });
    frozen.push(await run(`frozen-${round}`));
    await sim.clearFaults();
    const asked = `${incident}/incidents?email=abraham.lincoln@example.com`;
    await waitUntil('the service calls the instance again', async () => (await fetch(asked)).status === 200);
  }
  return [
    [`p99 of turns that need no ticket system, ms, median of ${rounds} runs of ${turns}`, median(well)],
    ['– while it is frozen', median(frozen)],
    ['– ratio of the two', median(frozen) / median(well), { atMost: 1.2 }],
  ];
}

const duplicates = async (sim: Simulator) => (await sim.perOperation()).filter((count) => count > 1).length;

function expectAccepted(status: number | undefined): void {
  if (status !== 201 && status !== 202) throw new Error(`The status of a create was ${status} instead of 201 or 202.`);
}

/** Calls of another program that uses our account. */
async function useUp(sim: Simulator, calls: number): Promise<void> {
  const headers = { Authorization: `Basic ${Buffer.from('svc.helpdesk:svc.helpdesk').toString('base64')}` };
  for (let i = 0; i < calls; i++)
    await (await fetch(`${sim.url}/api/now/table/incident?sysparm_limit=1`, { headers })).text();
}

/** Whether the instance received no call for a second. */
async function isPaused(sim: Simulator): Promise<boolean> {
  const before = (await sim.calls()).length;
  await delay(1_000);
  return (await sim.calls()).length === before;
}

/** Calls after the first refusal in the same hour, except those that were in flight at that time. */
function callsInPenalty(calls: readonly SimulatorCall[]): number {
  const refusedAt = new Map<number, number>();
  let count = 0;
  for (const { at, status } of calls) {
    const moment = Date.parse(`${at.replace(' ', 'T')}Z`);
    const hour = Math.floor(moment / HOUR_MS);
    const refused = refusedAt.get(hour);
    if (refused !== undefined && moment > refused + 1_000) count++;
    else if (status === 429 && refused === undefined) refusedAt.set(hour, moment);
  }
  return count;
}

/** Sets the clock of the services that run with `tests/movable-clock.js`. */
export const clockMover = (file: string) => (offsetMs: number) => writeFileSync(file, String(offsetMs));
