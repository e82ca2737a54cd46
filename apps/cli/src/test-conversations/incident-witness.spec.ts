import { expect, it } from '@jest/globals';
import { createBus } from '#bus';
import { IncidentFind, IncidentOpen } from '#contracts';
import { IncidentWitness } from './incident-witness.js';

it('A witness records the incidents of each conversation and passes every message on', async () => {
  const broker = new IncidentWitness();
  const bus = createBus({ service: 'incident', broker });
  bus.handle('incident.open.v1', () => Promise.resolve({ kind: 'opened', number: 'INC1' }));
  bus.handle('incident.find.v1', () => Promise.resolve({ kind: 'found', incidents: [] }));
  bus.open();
  const incident = {
    operationId: 'one',
    email: 'ann@example.com',
    title: 'T',
    description: 'D',
    priority: 'low',
  } as const;
  const asked = { timeoutMs: 5_000 };
  expect(await bus.request(IncidentOpen, incident, { ...asked, conversationId: 'ann' })).toMatchObject({
    number: 'INC1',
  });
  await bus.request(IncidentFind, { email: 'ann@example.com' }, { ...asked, conversationId: 'ann' });
  expect(broker.of('ann')).toEqual([incident]);
  expect(broker.of('bob')).toEqual([]);
  await bus.close();
});
