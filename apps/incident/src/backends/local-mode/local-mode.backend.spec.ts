import { describeBackend } from '../backend-contract.fixture.js';
import { LocalModeBackend } from './local-mode.backend.js';

const impossible = (): Promise<void> => Promise.reject(new Error('Local mode has no desk.'));

describeBackend(
  'local mode',
  { keepsIncidents: false, knowsCallers: false, transitions: [], files: false, articles: false, createHorizonMs: 0 },
  () =>
    Promise.resolve({
      backend: new LocalModeBackend(),
      callers: ['ann@example.com', 'bob@example.com'],
      stranger: 'nobody@example.com',
      desk: { comment: impossible, note: impossible, move: impossible },
      close: () => Promise.resolve(),
    }),
);
