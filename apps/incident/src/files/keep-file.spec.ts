import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalModeBackend } from '../backends/local-mode/local-mode.backend.js';
import { MemoryBackend } from '../backends/memory-backend.fixture.js';
import { incidentStore, IncidentServiceParts } from '../incident-service.fixture.js';
import { KeepFileHandler } from './keep-file.handler.js';

let database: Awaited<ReturnType<typeof incidentStore>>;
let parts: IncidentServiceParts;
let handler: KeepFileHandler;

beforeAll(async () => {
  database = await incidentStore();
  const backend = new MemoryBackend();
  parts = new IncidentServiceParts(database.store, backend, { INCIDENT_MAX_FILE_BYTES: '100' });
  handler = new KeepFileHandler(parts.files, backend, parts.settings);
});
afterAll(async () => {
  await parts.close();
  await database.close();
});

const content = Buffer.from('beep').toString('base64');
const file = { fileId: 'f', conversationId: 'chat', name: 'log.txt', mediaType: 'text/plain', content };

describe('A file that somebody sent', () => {
  it('is stored for its conversation, byte for byte', async () => {
    expect(await handler.keep(file)).toEqual({ kind: 'kept' });
    expect(await parts.files.get('f')).toEqual({ name: 'log.txt', type: 'text/plain', content: Buffer.from('beep') });
    expect(await parts.files.isOf('f', 'chat')).toBe(true);
    expect(await parts.files.isOf('f', 'another')).toBe(false);
  });

  it.each([
    [{ mediaType: 'text/html' }, 'type-not-allowed'],
    [{ mediaType: 'application/x-msdownload' }, 'type-not-allowed'],
    [{ name: 'setup.EXE' }, 'type-not-allowed'],
    [{ name: 'invoice.pdf.js ' }, 'type-not-allowed'],
    [{ content: Buffer.alloc(101).toString('base64') }, 'too-large'],
  ])('is refused: %j', async (more, reason) => {
    expect(await handler.keep({ ...file, fileId: 'refused', ...more })).toEqual({ kind: 'refused', reason });
    expect(await parts.files.get('refused')).toBeUndefined();
  });

  it('is refused where the backend supports no files', async () => {
    const nowhere = new KeepFileHandler(parts.files, new LocalModeBackend(), parts.settings);
    expect(await nowhere.keep(file)).toEqual({ kind: 'refused', reason: 'unsupported' });
  });
});
