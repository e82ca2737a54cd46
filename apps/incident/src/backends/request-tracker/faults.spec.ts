import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BackendFailure } from '../../ports/backend-failure.js';
import { json, page, ScriptedInstance, type Behaviour } from '../scripted-instance.fixture.js';
import { observedBackend } from './backend.fixture.js';
import { type RequestTrackerBackend } from './request-tracker.backend.js';

const TOKEN = '1-7-0123456789abcdef';
const PRIVATE = 'a private text';
const ann = { id: 'ann', email: 'ann@example.com', name: 'Ann' };
const incident = { title: PRIVATE, description: PRIVATE, priority: 'medium', caller: ann } as const;

const plain =
  (status: number, body: string, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end(body);
const asJson = { 'Content-Type': 'application/json; charset="utf-8"' };
const broken: Behaviour = (response) => response.destroy();
const brokenInside: Behaviour = (response) => {
  response.writeHead(200, { ...asJson, 'Content-Length': '1000' });
  response.write('{"items":[', () => response.destroy());
};
const tooLarge: Behaviour = (response) => response.writeHead(200, asJson).end(`"${'x'.repeat(2_200_000)}"`);
const silent: Behaviour = () => undefined;

describe('When Request Tracker fails', () => {
  let server: ScriptedInstance;
  let backend: RequestTrackerBackend;
  let lines: string[];

  beforeAll(async () => {
    server = await ScriptedInstance.start();
    ({ backend, lines } = observedBackend({ RT_URL: server.origin, RT_TOKEN: TOKEN }));
  });
  afterAll(async () => {
    backend.onApplicationShutdown();
    await server.close();
  });

  const asked = () => backend.findCaller(ann.email);
  const created = () => backend.create('operation', incident);

  it.each<[string, Behaviour, string, boolean]>([
    ['400', json(400, { message: 'nonsense' }), 'bad-request', false],
    ['400 for missing rights', json(400, { message: 'Permission Denied' }), 'forbidden', false],
    ['401', json(401, { message: 'Unauthorized' }), 'unauthenticated', false],
    ['403', json(403, { message: 'Forbidden' }), 'forbidden', false],
    ['404', json(404, { message: 'Not Found' }), 'not-found', false],
    ['408', plain(408, ''), 'timeout', false],
    ['409', json(409, {}), 'rejected', false],
    ['412', json(412, {}), 'rejected', false],
    ['413', page(413, '<html>'), 'rejected', false],
    ['422', json(422, {}), 'rejected', false],
    ['429', plain(429, ''), 'rate-limited', false],
    ['500 with an empty body', plain(500, '', asJson), 'unavailable', true],
    ['502', page(502, '<html>'), 'unavailable', true],
    ['503', plain(503, ''), 'unavailable', true],
    ['504', page(504, '<html>'), 'unavailable', true],
    ['202', json(202, {}), 'ambiguous', true],
    ['204', plain(204, ''), 'ambiguous', true],
    ['302 to its log-in page', plain(302, '', { Location: 'http://127.0.0.1:1/' }), 'redirected', false],
    ['a page instead of data', page(200, '<html>Log in</html>'), 'not-json', true],
    ['truncated data', plain(200, '{"items":[', asJson), 'truncated', true],
    ['data of another shape', json(200, { hello: 'world' }), 'unexpected', true],
    ['a list', json(200, []), 'unexpected', true],
    ['a broken connection', broken, 'unavailable', true],
    ['a connection that breaks during the answer', brokenInside, 'truncated', true],
    ['more than 2 MB', tooLarge, 'truncated', true],
  ])('with %s, the failure has a kind, and a create says whether it may have happened', async (...row) => {
    const [, behaviour, kind, maybe] = row;
    server.answer(behaviour);
    expect(await failureOf(asked())).toMatchObject({ kind, mayHaveHappened: false });
    server.answer(behaviour);
    expect(await failureOf(created())).toMatchObject({ kind, mayHaveHappened: maybe });
    expect(server.heard.map(({ method }) => method)).toEqual(['POST']);
  });

  it('with silence, the failure is a timeout, and a create may have happened', async () => {
    const limits = { RT_READ_TIMEOUT_MS: '300', RT_WRITE_TIMEOUT_MS: '300' };
    const { backend: impatient } = observedBackend({ RT_URL: server.origin, RT_TOKEN: TOKEN, ...limits });
    server.answer(silent);
    expect(await failureOf(impatient.findCaller(ann.email))).toMatchObject({ kind: 'timeout', mayHaveHappened: false });
    expect(await failureOf(impatient.create('operation', incident))).toMatchObject({
      kind: 'timeout',
      mayHaveHappened: true,
    });
    impatient.onApplicationShutdown();
  });

  it('by refusing connections, nothing was executed', async () => {
    const { backend: lost } = observedBackend({ RT_URL: 'http://127.0.0.1:1', RT_TOKEN: TOKEN });
    expect(await failureOf(lost.create('operation', incident))).toMatchObject({
      kind: 'unavailable',
      mayHaveHappened: false,
    });
  });

  it.each([
    ['120', 120_000],
    ['0', 30_000],
    ['1000000', 3_600_000],
    ['nonsense', 30_000],
  ])('because of too many calls, calls pause for as long as it says: %s', async (told, retryAfterMs) => {
    server.answer(plain(429, '', { 'Retry-After': told }));
    expect(await failureOf(created())).toMatchObject({ kind: 'rate-limited', retryAfterMs });
  });

  it('once, a read is retried', async () => {
    server.answer(broken, json(200, { Name: 'General', _hyperlinks: [] }));
    await expect(backend.check()).resolves.toBeUndefined();
    expect(server.heard).toHaveLength(2);
  });

  it('after it opened a ticket, the create may have happened, whatever the answer', async () => {
    for (const behaviour of [json(404, {}), json(403, {}), json(500, {}), broken, json(200, { items: [] })]) {
      server.answer((response, heard) =>
        (heard.method === 'POST' ? json(201, { id: '12' }) : behaviour)(response, heard),
      );
      expect(await failureOf(created())).toMatchObject({ mayHaveHappened: true, isFinal: false });
    }
  });

  it('by answering with records that were not requested, nobody sees them', async () => {
    const items = [{ Name: 'bob', RealName: 'Bob', EmailAddress: 'bob@example.com' }];
    server.answer(json(200, { items, page: 1, pages: 1 }));
    expect(await failureOf(backend.findCaller('ann@example.com'))).toMatchObject({ kind: 'unexpected' });
  });

  it('no error or log line contains an address, a secret or a user text', async () => {
    const told: string[] = [];
    for (const behaviour of [
      json(400, { message: PRIVATE }),
      page(200, PRIVATE),
      plain(200, PRIVATE, asJson),
      broken,
    ]) {
      server.answer(behaviour);
      const failures = [await failureOf(asked()), await failureOf(created())];
      for (const { message, stack, cause } of failures) told.push(message, stack ?? '', JSON.stringify(cause ?? ''));
    }
    for (const secret of [TOKEN, PRIVATE, server.origin, ann.email])
      expect([...told, ...lines].join('\n')).not.toContain(secret);
  });

  it('no query is sent for a text that is not a user name', async () => {
    server.answer(json(200, { items: [], page: 1, pages: 1 }));
    const hostile = { id: '" OR id > 0 OR Requestor.Name = "', email: 'x@example.com' };
    expect(await failureOf(backend.listForCaller(hostile, 5))).toMatchObject({ kind: 'not-found' });
    expect(server.heard).toEqual([]);
  });
});

async function failureOf(promise: Promise<unknown>): Promise<BackendFailure> {
  const outcome = await promise.then(
    () => 'nothing failed',
    (error: unknown) => error,
  );
  if (!(outcome instanceof BackendFailure)) throw new Error(`Expected a BackendFailure: ${String(outcome)}`);
  return outcome;
}
