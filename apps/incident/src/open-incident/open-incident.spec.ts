import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { projectRoot } from '#service';
import { EmbeddedHost, Store } from '#store';
import { FindIncidentsHandler } from '../find-incidents/find-incidents.handler.js';
import { IncidentBackend, type FindOutcome, type OpenOutcome, type OpenRequest } from '../incident-backend.js';
import { LocalModeBackend } from '../local-mode.backend.js';
import { OpenIncidentHandler } from './open-incident.handler.js';
import { OperationStore } from './operation.store.js';

class CountingDesk extends IncidentBackend {
  opened: OpenRequest[] = [];
  failures = 0;
  async open(request: OpenRequest): Promise<OpenOutcome> {
    if (this.failures-- > 0) throw new Error('the desk is away');
    this.opened.push(request);
    return { kind: 'opened', number: `INC${this.opened.length}` };
  }
  findByCaller(): Promise<FindOutcome> {
    return Promise.resolve({ kind: 'found', incidents: [] });
  }
}

const request = (operationId: string): OpenRequest => ({
  operationId,
  email: 'ann@example.com',
  title: 'Printer',
  description: 'It hums.',
  priority: 'low',
});

let host: EmbeddedHost;
let operations: OperationStore;
beforeAll(async () => {
  host = new EmbeddedHost('memory://');
  const store = new Store(host, { service: 'incident', folder: join(projectRoot, 'apps/incident/migrations') });
  await store.open();
  operations = new OperationStore(store);
});
afterAll(() => host.close());

describe('Opening an incident', () => {
  it('happens once for each operation id; a repeated command gets the same outcome', async () => {
    const desk = new CountingDesk();
    const handler = new OpenIncidentHandler(operations, desk);
    expect(await handler.open(request('once'))).toEqual({ kind: 'opened', number: 'INC1' });
    expect(await handler.open(request('once'))).toEqual({ kind: 'opened', number: 'INC1' });
    expect(await handler.open(request('another'))).toEqual({ kind: 'opened', number: 'INC2' });
    expect(desk.opened).toHaveLength(2);
  });

  it('is carried out when the command comes again after the desk was away', async () => {
    const desk = new CountingDesk();
    desk.failures = 1;
    const handler = new OpenIncidentHandler(operations, desk);
    await expect(handler.open(request('later'))).rejects.toThrow('the desk is away');
    expect(await handler.open(request('later'))).toEqual({ kind: 'opened', number: 'INC1' });
  });

  it('is only described in local mode', async () => {
    const handler = new OpenIncidentHandler(operations, new LocalModeBackend());
    expect(await handler.open(request('local'))).toEqual({ kind: 'would-open' });
  });
});

describe('Finding incidents in local mode', () => {
  it('makes up a state, the same for the same address', async () => {
    const handler = new FindIncidentsHandler(new LocalModeBackend());
    const answer = await handler.find({ email: 'ann@example.com' });
    expect(answer).toEqual({ kind: 'made-up', state: expect.any(String) });
    expect(await handler.find({ email: 'ANN@example.com' })).toEqual(answer);
  });

  it('makes up every state for somebody', async () => {
    const backend = new LocalModeBackend();
    const answers = await Promise.all([...Array(100).keys()].map((i) => backend.findByCaller(`p${i}@example.com`)));
    expect(new Set(answers.map((answer) => (answer.kind === 'made-up' ? answer.state : '')))).toEqual(
      new Set(['awaiting triage', 'in progress', 'on hold', 'closed']),
    );
  });
});
