import { describeBackend } from '../backend-contract.fixture.js';
import { incidentStore } from '../../incident-service.fixture.js';
import { DeskStore, idOf } from './desk.store.js';
import { LocalDeskBackend } from './local-desk.backend.js';

describeBackend(
  'local desk',
  {
    keepsIncidents: true,
    knowsCallers: false,
    transitions: ['resolve', 'cancel', 'reopen', 'escalate'],
    files: true,
    articles: false,
    createHorizonMs: 0,
  },
  async () => {
    const database = await incidentStore();
    const desk = new DeskStore(database.store);
    const write = (number: string, text: string, isInternal: boolean) =>
      desk.comment(idOf(number) ?? 0, { author: 'desk', name: 'Dana', text, isInternal });
    return {
      backend: new LocalDeskBackend(desk),
      callers: ['ann@example.com', 'bob@example.com'],
      stranger: 'nobody@example.com',
      desk: {
        comment: (number, text) => write(number, text, false),
        note: (number, text) => write(number, text, true),
        async move(number, to) {
          await desk.change(idOf(number) ?? 0, { state: to, ...(to === 'resolved' && { resolvedAt: new Date() }) });
        },
      },
      close: () => database.close(),
    };
  },
);
