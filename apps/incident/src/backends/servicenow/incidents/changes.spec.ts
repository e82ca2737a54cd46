import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { people, ServiceNowSim } from '#servicenow-simulator';
import { observedBackend } from '../backend.fixture.js';

const EDITS = 10_000;
const OURS = { correlation_display: 'helpdesk-assistant', caller_id: people.ana.sysId, short_description: 'x' };

/** The same sequence each time, of numbers from 0 up to but not including 1. */
function chances(seed: number): () => number {
  return () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return seed / 2 ** 32;
  };
}

describe('The changes of incidents', () => {
  let sim: ServiceNowSim;
  beforeAll(async () => {
    sim = await ServiceNowSim.start({ clock: 'frozen' });
    jest.spyOn(Date, 'now').mockImplementation(() => sim.now().getTime());
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await sim.close();
  });
  afterEach(() => sim.reset());

  it(`are all read: of ${EDITS} random edits, several per second and with failing polls, none is lost or read twice`, async () => {
    const { backend } = observedBackend(sim.url);
    const chance = chances(16);
    const numbers = sim.plant('incident', Array(3_000).fill(OURS)).map((row) => row['number'] ?? '');
    let { cursor } = await backend.changesSince(undefined);
    const known = new Map<string, string>();
    let readings = 0;
    let failures = 0;
    const poll = async () => {
      for (let page = 0; ; page++) {
        const changes = await backend.changesSince(cursor);
        cursor = changes.cursor;
        for (const { id, revision } of changes.incidents) {
          if (known.get(id) === revision) continue;
          // A change that was read must not return in an older version.
          expect(Number(revision)).toBeGreaterThan(Number(known.get(id) ?? -1));
          known.set(id, revision);
          readings += 1;
        }
        if (!changes.hasMore) return;
        // Incidents keep changing while pages are read.
        edit();
        if (chance() < 0.5) sim.advance(8_000);
        edit();
      }
    };
    let edits = 0;
    const edit = () => {
      const number = numbers[Math.floor(chance() * numbers.length)] ?? '';
      sim.agent.update(number, { short_description: `edit ${edits}` });
      edits += 1;
    };
    while (edits < EDITS) {
      for (let few = 20; few > 0; few--) {
        edit();
        if (chance() < 0.3) sim.advance(Math.floor(chance() * 3_000));
      }
      // Occasionally many changes in one second, as by a script.
      if (chance() < 0.05) for (let many = 500; many > 0; many--) edit();
      if (chance() < 0.2)
        sim.fault({
          fault: ['status:503', 'status:202', 'html-200', 'truncate'][Math.floor(chance() * 4)] ?? '',
          times: 3,
        });
      await poll().catch(() => (failures += 1));
      sim.clearFaults();
    }
    sim.advance(60_000);
    await poll();
    const final = sim.records('incident').filter((row) => row['correlation_display'] === OURS.correlation_display);
    const changed = final.filter((row) => row['sys_mod_count'] !== '0');
    expect(new Map(changed.map((row) => [row['sys_id'], known.get(row['sys_id'] ?? '')]))).toEqual(
      new Map(changed.map((row) => [row['sys_id'], row['sys_mod_count']])),
    );
    expect(failures).toBeGreaterThan(3);
    expect(readings).toBeGreaterThan(1_000);
    backend.client.close();
  });

  it('cost one short page when nothing changed, after any number of earlier changes', async () => {
    const { backend } = observedBackend(sim.url);
    let { cursor } = await backend.changesSince(undefined);
    const numbers = sim.plant('incident', Array(700).fill(OURS)).map((row) => row['number'] ?? '');
    const round = async () => {
      sim.clearJournal();
      for (let hasMore = true; hasMore;) ({ cursor, hasMore } = await backend.changesSince(cursor));
      return sim.journal().requests.length;
    };
    expect(await round()).toBe(4);
    for (let quiet = 0; quiet < 3; quiet++) {
      sim.advance(60_000);
      sim.agent.update(numbers[quiet] ?? '', { short_description: 'later' });
      await round();
    }
    expect(await round()).toBe(1);
    backend.client.close();
  });

  it('are not lost when they happen in a second of which a page was already read', async () => {
    const { backend } = observedBackend(sim.url);
    const start = await backend.changesSince(undefined);
    const rows = sim.plant('incident', Array(250).fill(OURS));
    let { cursor, hasMore } = await backend.changesSince(start.cursor);
    expect(hasMore).toBe(true);
    const [first = ''] = rows.map((row) => row['sys_id'] ?? '').sort();
    sim.agent.update(first, { short_description: 'once more' });
    sim.advance(60_000);
    sim.agent.update(rows[0]?.['number'] ?? '', { short_description: 'much later' });
    for (; hasMore;) ({ cursor, hasMore } = await backend.changesSince(cursor));
    const { incidents } = await backend.changesSince(cursor);
    expect(incidents).toContainEqual(expect.objectContaining({ id: first, title: 'once more' }));
    backend.client.close();
  });

  it('are limited to the incidents of this assistant', async () => {
    const { backend } = observedBackend(sim.url);
    const { cursor } = await backend.changesSince(undefined);
    sim.advance(10_000);
    sim.agent.comment('INC0010002', 'Not opened by us.');
    const [row] = sim.plant('incident', [OURS]);
    const { incidents } = await backend.changesSince(cursor);
    expect(incidents.map(({ number }) => number)).toEqual([row?.['number']]);
    backend.client.close();
  });

  it.each(['', 'x', '{}', '{"since":"x^NQactive=true","seen":"y"}', '{"since":1,"seen":2}'])(
    'are refused for an invalid cursor: %j',
    async (cursor) => {
      const { backend } = observedBackend(sim.url);
      await expect(backend.changesSince(cursor)).rejects.toMatchObject({ kind: 'bad-request' });
      expect(sim.journal().requests).toEqual([]);
    },
  );
});
