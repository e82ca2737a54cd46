import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { waitUntil } from '#testing';
import { failure, MemoryBackend } from '../backends/memory-backend.fixture.js';
import { incidentStore, IncidentServiceParts } from '../incident-service.fixture.js';
import { CodeMailer } from './code.mailer.js';
import { IdentityHandler } from './identity.handler.js';
import { OneTimeCodeStore } from './one-time-code.store.js';

const ANN = 'ann@example.com';

interface Mail {
  to: string;
  text: string;
}

let database: Awaited<ReturnType<typeof incidentStore>>;
let server: SMTPServer;
let mails: Mail[];
let backend: MemoryBackend;
let parts: IncidentServiceParts;
let codes: OneTimeCodeStore;
let mailer: CodeMailer;
let handler: IdentityHandler;
let count = 0;

beforeAll(async () => {
  database = await incidentStore();
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, callback) {
      void simpleParser(stream).then(({ text = '' }) => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address).join(), text });
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise<void>((resolve) => server.close(resolve));
  await database.close();
});
beforeEach(async () => {
  mails = [];
  await database.store.run((db) =>
    db.execute(sql`truncate incident.codes, incident.sent_codes, incident.confirmations`),
  );
  const { port } = server.server.address() as AddressInfo;
  backend = new MemoryBackend(ANN);
  parts = new IncidentServiceParts(database.store, backend, { SMTP_URL: `smtp://127.0.0.1:${port}` });
  mailer = new CodeMailer(parts.settings, parts.logger);
  codes = new OneTimeCodeStore(database.store);
  handler = new IdentityHandler(backend, parts.identity, codes, mailer, parts.settings, parts.logger);
});
afterEach(async () => {
  await mailer.onApplicationShutdown();
  await parts.close();
});

const ask = (email = ANN, conversationId = 'chat') =>
  handler.challenge({ email, conversationId, requestId: `request-${count++}` });
const confirm = (code: string, conversationId = 'chat', email = ANN) =>
  handler.confirm({ email, conversationId, code, requestId: `request-${count++}` });

async function codeFor(email = ANN, conversationId = 'chat'): Promise<string> {
  const before = mails.length;
  await ask(email, conversationId);
  await waitUntil('the mail came', () => mails.length > before);
  return /is (\d{6})\./.exec(mails.at(-1)?.text ?? '')?.[1] ?? '';
}

const notThis = (code: string): string => (code === '000000' ? '000001' : '000000');

describe('A one-time code', () => {
  it('comes by mail and confirms the address in its conversation, and there only', async () => {
    const code = await codeFor();
    expect(mails).toMatchObject([{ to: ANN, text: expect.stringContaining('ten minutes') }]);
    expect(await confirm(code)).toEqual({ kind: 'confirmed' });
    expect(await parts.identity.levelOf({ email: 'Ann@Example.com', conversationId: 'chat' })).toBe('confirmed');
    expect(await parts.identity.levelOf({ email: ANN, conversationId: 'another' })).toBe('claimed');
    expect(await parts.identity.levelOf({ email: 'ben@example.com', conversationId: 'chat' })).toBe('claimed');
    expect(await parts.identity.levelOf({ email: ANN })).toBe('claimed');
  });

  it('may be typed with spaces and dashes', async () => {
    const code = await codeFor();
    expect(await confirm(` ${code.slice(0, 3)}-${code.slice(3)} `)).toEqual({ kind: 'confirmed' });
  });

  it('allows five attempts', async () => {
    const code = await codeFor();
    for (let i = 0; i < 4; i++) expect(await confirm(notThis(code))).toEqual({ kind: 'wrong' });
    expect(await confirm(notThis(code))).toEqual({ kind: 'expired' });
    expect(await confirm(code)).toEqual({ kind: 'expired' });
  });

  it('allows no more attempts when many are made at once', async () => {
    const code = await codeFor();
    const answers = await Promise.all([...Array(20).keys()].map(() => confirm(notThis(code))));
    expect(answers.filter(({ kind }) => kind === 'wrong')).toHaveLength(4);
  });

  it('is invalid after ten minutes, after a newer code, and for another address', async () => {
    const old = await codeFor();
    await database.store.run((db) =>
      db.execute(sql`update incident.codes set expires_at = now() - interval '1 second'`),
    );
    expect(await confirm(old)).toEqual({ kind: 'expired' });
    const first = await codeFor();
    const second = await codeFor();
    if (first !== second) expect(await confirm(first)).toEqual({ kind: 'wrong' });
    expect(await confirm(second, 'chat', 'ben@example.com')).toEqual({ kind: 'expired' });
    expect(await confirm(second)).toEqual({ kind: 'confirmed' });
  });

  it('confirms an address for a limited time', async () => {
    await confirm(await codeFor());
    await database.store.run((db) =>
      db.execute(sql`update incident.confirmations set expires_at = now() - interval '1 second'`),
    );
    expect(await parts.identity.levelOf({ email: ANN, conversationId: 'chat' })).toBe('claimed');
  });

  it('is stored as a hash', async () => {
    const code = await codeFor();
    const dump = await database.store.run((db) => db.execute(sql`select codes::text as row from incident.codes`));
    expect(JSON.stringify(dump)).not.toContain(code);
  });

  it('gets the same answer for an unknown address, which gets no mail', async () => {
    expect(await ask('stranger@example.com')).toEqual({ kind: 'sent' });
    expect(await ask()).toEqual({ kind: 'sent' });
    await waitUntil('the mail came', () => mails.length === 1);
    await mailer.onApplicationShutdown();
    expect(mails.map(({ to }) => to)).toEqual([ANN]);
  });

  it('gets the same answer while the ticket system is unavailable', async () => {
    backend.fail('findCaller', failure('unavailable'));
    expect(await ask()).toEqual({ kind: 'sent' });
  });

  it('is sent once for a repeated request', async () => {
    const request = { email: ANN, conversationId: 'chat', requestId: `request-${count++}` };
    await handler.challenge(request);
    expect(await handler.challenge(request)).toEqual({ kind: 'sent' });
    await waitUntil('the mail came', () => mails.length === 1);
    await mailer.onApplicationShutdown();
    expect(mails).toHaveLength(1);
  });

  it.each(['address', 'conversation'])('is sent at most five times per hour for one %s', async (limited) => {
    const next = (i: number) =>
      limited === 'address' ? ask(ANN, `chat-${i}`) : ask(`stranger-${i}@example.com`, 'chat');
    for (let i = 0; i < 5; i++) expect(await next(i)).toEqual({ kind: 'sent' });
    expect(await next(5)).toEqual({ kind: 'limited' });
  });

  it('is unavailable without a mail server', async () => {
    const plain = new IncidentServiceParts(database.store, backend);
    const without = new CodeMailer(plain.settings, plain.logger);
    const other = new IdentityHandler(backend, plain.identity, codes, without, plain.settings, plain.logger);
    expect(await other.challenge({ email: ANN, conversationId: 'chat', requestId: 'r' })).toEqual({
      kind: 'unavailable',
    });
    await plain.close();
  });
});

describe('An asserted address', () => {
  it('counts for itself and no other', async () => {
    const asserted = { assertedEmail: 'ANN@example.com', conversationId: 'chat' };
    expect(await parts.identity.levelOf({ ...asserted, email: ANN })).toBe('asserted');
    expect(await parts.identity.levelOf({ ...asserted, email: 'ben@example.com' })).toBe('claimed');
  });
});

describe('The lookup of an address', () => {
  const find = (email: string, conversationId = 'chat') => handler.find({ email, conversationId });

  it('says whether the address is known, so that a mistyped address is noticed early', async () => {
    expect(await find(ANN)).toEqual({ kind: 'known' });
    expect(await find('an@example.com')).toEqual({ kind: 'unknown' });
  });

  it('stops answering after five unknown addresses in a conversation', async () => {
    for (let i = 0; i < 5; i++) expect(await find(`a${i}@example.com`)).toEqual({ kind: 'unknown' });
    expect(await find('a5@example.com')).toEqual({ kind: 'unchecked' });
    expect(await find(ANN)).toEqual({ kind: 'unchecked' });
    expect(await find(ANN, 'another')).toEqual({ kind: 'known' });
  });

  it('stops answering when many conversations try many addresses', async () => {
    for (let i = 0; i < 60; i++) await find('x@example.com', `chat-${i}`);
    expect(await find('x@example.com', 'one-more')).toEqual({ kind: 'unchecked' });
  });

  it('does not answer while the ticket system is unavailable', async () => {
    backend.fail('findCaller', failure('hibernating'));
    expect(await find(ANN)).toEqual({ kind: 'unchecked' });
  });
});
