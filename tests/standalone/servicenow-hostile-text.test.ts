import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import fc from 'fast-check';
import { createLogger } from '#service';
import { parseQuery, people, ServiceNowSim } from '#servicenow-simulator';
import { type Caller } from '../../apps/incident/src/ports/incident.js';
import { configFor } from '../../apps/incident/src/backends/servicenow/backend.fixture.js';
import { hostileText } from '../../apps/incident/src/backends/servicenow/hostile-text.fixture.js';
import { ServiceNowBackend } from '../../apps/incident/src/backends/servicenow/servicenow.backend.js';

const TEXTS = 1_500;

/** All conditions that the queries of the back end may contain. */
const OURS = /^(email(=|IN)|active=true$|number=INC\d{7,10}$|correlation_id=hd-[0-9a-f-]+$|caller_id=[0-9a-f]{32}$)/;

let sim: ServiceNowSim;
let backend: ServiceNowBackend;
let ana: Caller;
beforeAll(async () => {
  sim = await ServiceNowSim.start();
  backend = new ServiceNowBackend(configFor(sim.url), {
    http: new HttpService(axios.create()),
    logger: createLogger('test', 'silent'),
  });
  const found = await backend.findCaller(people.ana.email);
  if (!found) throw new Error('The simulator has no person for this address.');
  ana = found;
});
afterAll(async () => {
  backend.client.close();
  await sim.close();
});

describe('Hostile text in requests to ServiceNow', () => {
  it(`never changes a query: each of ${TEXTS} texts stays a value, as an address, number, operation, caller or search`, async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const caller = await backend.findCaller(text);
        expect(caller === undefined || caller.email.toLowerCase() === text.trim().toLowerCase()).toBe(true);
        const incident = await backend.get(text);
        expect(incident === undefined || incident.number === text.trim().toUpperCase()).toBe(true);
        expect(await backend.findByOperation(text)).toBeUndefined();
        await backend.findArticles(text, 1);
        await backend.listForCaller({ ...ana, id: text }, 1).catch((error: Error) => {
          expect(error).toMatchObject({ kind: 'not-found' });
        });
      }),
      { numRuns: TEXTS },
    );
    const { requests, security } = sim.journal();
    const queries = requests
      .map(({ url }) => new URL(url, sim.url).searchParams.get('sysparm_query'))
      .filter((query) => query !== null);
    expect(security).toEqual([]);
    expect(queries.length).toBeGreaterThan(TEXTS);
    for (const query of queries) {
      const { alternatives } = parseQuery(query, { caretEscape: false, endMarkEndsQuery: true });
      expect(alternatives).toHaveLength(1);
      for (const [condition, ...or] of alternatives[0] ?? []) {
        expect(or).toEqual([]);
        expect(`${condition?.field}${condition?.operator}${condition?.value}`).toMatch(OURS);
      }
    }
    for (const { url } of requests)
      for (const name of new URL(url, sim.url).searchParams.keys()) expect(name).toMatch(/^(sysparm_\w+|query|limit)$/);
  });
});
