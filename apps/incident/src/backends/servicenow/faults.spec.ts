import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceNowSim } from '#servicenow-simulator';
import { BackendFailure, type FailureKind } from '../../ports/backend-failure.js';
import { type NewIncident } from '../../ports/incident.js';
import { observedBackend, type ObservedBackend } from './backend.fixture.js';
import { failure, json, page, ScriptedInstance, type Behaviour } from '../scripted-instance.fixture.js';

const OPERATION = '0197f2aa-6f0e-7c2e-9a35-6f2d0b6f1c55';
const incident: NewIncident = {
  caller: { id: '7d2f0c1be0a84b0f9c64f1f0a1b2c3d4', email: 'ana@example.com', name: 'Ana' },
  title: 'Title',
  description: 'Description',
  priority: 'low',
};

async function failureOf(promise: Promise<unknown>): Promise<BackendFailure> {
  const outcome = await promise.then(
    (value) => `no failure but ${JSON.stringify(value)}`,
    (error: unknown) => error,
  );
  if (!(outcome instanceof BackendFailure)) throw new Error(`Expected a BackendFailure: ${String(outcome)}`);
  return outcome;
}

let observed: ObservedBackend | undefined;
afterEach(() => observed?.backend.client.close());
const ask = () => observed!.backend.findByOperation(OPERATION);
const open = () => observed!.backend.create(OPERATION, incident);

interface Outcome {
  when: string;
  answer: Behaviour;
  read: FailureKind;
  /** How many times a read is attempted. */
  reads: 1 | 3;
  write?: FailureKind;
  /** Whether a create may have happened. */
  maybe: boolean;
  retryAfterMs?: number;
}

const HIBERNATING = '<html><div class="instance-hibernating-page">Your instance is hibernating</div></html>';
const CANCELLED = { message: 'Transaction cancelled: maximum execution time exceeded', detail: null };
const RATE = { 'X-RateLimit-Limit': '500', 'X-RateLimit-Rule': 'r', 'X-RateLimit-Reset': '1' };
const NO_RIGHT = 'Field(s) present in the query do not have permission to be read';
const ABORTED =
  "Operation against file 'incident' was aborted by Business Rule 'No chat^0123'. Business Rule Stack:No chat";

const outcomes: Outcome[] = [
  { when: '202', answer: json(202, {}), read: 'ambiguous', reads: 3, maybe: true },
  { when: '204', answer: (r) => r.writeHead(204).end(), read: 'unexpected', reads: 1, write: 'ambiguous', maybe: true },
  {
    when: '301',
    answer: page(301, '', { Location: 'https://other.example/' }),
    read: 'redirected',
    reads: 1,
    maybe: false,
  },
  {
    when: '302',
    answer: page(302, '', { Location: 'https://sso.example/' }),
    read: 'redirected',
    reads: 1,
    maybe: false,
  },
  { when: '400 for a table', answer: failure(400, 'Invalid table x'), read: 'bad-request', reads: 1, maybe: false },
  {
    when: '403 by ACL',
    answer: failure(403, 'Operation Failed', 'ACL Exception Insert Failed due to security constraints'),
    read: 'forbidden',
    reads: 1,
    maybe: false,
  },
  {
    when: '403 for a closed table',
    answer: failure(403, 'x', 'Failed API level ACL Validation'),
    read: 'forbidden',
    reads: 1,
    maybe: false,
  },
  {
    when: '403 for a queried field',
    answer: failure(403, 'Insufficient rights to query records', NO_RIGHT),
    read: 'forbidden',
    reads: 1,
    maybe: false,
  },
  {
    when: '403 by a business rule',
    answer: failure(403, 'Operation Failed', ABORTED),
    read: 'rejected',
    reads: 1,
    maybe: false,
  },
  {
    when: '403 by a data policy',
    answer: failure(
      403,
      'Operation Failed',
      'Data Policy Exception: The following fields are mandatory: Resolution code',
    ),
    read: 'rejected',
    reads: 1,
    maybe: false,
  },
  { when: '403 with a page', answer: page(403, '<h1>no</h1>'), read: 'forbidden', reads: 1, maybe: false },
  { when: '404', answer: failure(404, 'No Record found'), read: 'not-found', reads: 1, maybe: false },
  { when: '405', answer: failure(405, 'Method not allowed'), read: 'bad-request', reads: 1, maybe: false },
  { when: '406', answer: failure(406, 'Not acceptable'), read: 'bad-request', reads: 1, maybe: false },
  { when: '409', answer: failure(409, 'Conflict'), read: 'bad-request', reads: 1, maybe: false },
  { when: '415', answer: failure(415, 'Unsupported'), read: 'bad-request', reads: 1, maybe: false },
  {
    when: '429 by a rule',
    answer: failure(429, 'Rate limit exceeded', null, { ...RATE, 'Retry-After': '1800' }),
    read: 'rate-limited',
    reads: 1,
    maybe: false,
    retryAfterMs: 1_800_000,
  },
  { when: '500', answer: failure(500, 'oops'), read: 'unavailable', reads: 3, maybe: true },
  { when: '502 with a page', answer: page(502, 'proxy'), read: 'unavailable', reads: 3, maybe: true },
  { when: '503', answer: failure(503, 'upgrade'), read: 'unavailable', reads: 3, maybe: true },
  { when: '504', answer: page(504, 'late'), read: 'unavailable', reads: 3, maybe: true },
  { when: 'a hibernation page', answer: page(200, HIBERNATING), read: 'hibernating', reads: 1, maybe: false },
  { when: 'a log-in page', answer: page(200, '<form>'), read: 'not-json', reads: 3, maybe: true },
  {
    when: 'a page with status 201',
    answer: page(201, '<p>'),
    read: 'not-json',
    reads: 3,
    maybe: true,
  },
  {
    when: 'JSON with another media type',
    answer: (r) => r.writeHead(200, { 'Content-Type': 'text/plain' }).end('{}'),
    read: 'not-json',
    reads: 3,
    maybe: true,
  },
  { when: 'no media type', answer: (r) => r.writeHead(200).end('{}'), read: 'not-json', reads: 3, maybe: true },
];

describe('An answer of ServiceNow', () => {
  let instance: ScriptedInstance;
  beforeAll(async () => {
    instance = await ScriptedInstance.start();
  });
  afterAll(() => instance.close());

  it.each(outcomes)(
    '$when makes a read fail as $read after $reads call(s)',
    async ({ answer, read, reads, retryAfterMs }) => {
      observed = observedBackend(instance.origin);
      instance.answer(answer);
      const { kind, mayHaveHappened, ...rest } = await failureOf(ask());
      expect({ kind, mayHaveHappened, calls: instance.heard.length }).toEqual({
        kind: read,
        mayHaveHappened: false,
        calls: reads,
      });
      expect(rest.retryAfterMs).toBe(retryAfterMs);
      // Full jitter: from nothing up to twice the previous maximum.
      observed.pauses.forEach((pause, retry) => expect(pause).toBeLessThanOrEqual(300 * 2 ** retry));
    },
  );

  it.each(outcomes)('$when makes a create fail after one call; may have happened: $maybe', async (row) => {
    observed = observedBackend(instance.origin);
    instance.answer(row.answer);
    const { kind, mayHaveHappened, retryAfterMs } = await failureOf(open());
    expect({ kind, mayHaveHappened, calls: instance.heard.length }).toEqual({
      kind: row.write ?? row.read,
      mayHaveHappened: row.maybe,
      calls: 1,
    });
    expect(retryAfterMs).toBe(row.retryAfterMs);
  });

  it('with status 401 is retried once; then calls pause and the failure says for how long', async () => {
    observed = observedBackend(instance.origin);
    instance.answer(failure(401, 'User Not Authenticated', 'Required to provide Auth information'));
    expect(await failureOf(open())).toMatchObject({ kind: 'unauthenticated', mayHaveHappened: false });
    expect(instance.heard).toHaveLength(2);
    expect(await failureOf(ask())).toMatchObject({ kind: 'unauthenticated', retryAfterMs: expect.any(Number) });
    expect(instance.heard).toHaveLength(2);
  });

  it.each([
    ['that is cut off', '{"result":[{"sys_id":"1'],
    ['followed by an error', `{"result":[],"error":${JSON.stringify(CANCELLED)},"status":"failure"}`],
    [
      'with an error in the middle',
      `{"result":[{"sys_id":"1","error":${JSON.stringify(CANCELLED)},"status":"failure"}`,
    ],
    ['that is empty', ''],
  ])('%s is truncated: a list is read in smaller pages, a create may have happened', async (_, body) => {
    const answer: Behaviour = (response, { method }) =>
      response.writeHead(method === 'POST' ? 201 : 200, { 'Content-Type': 'application/json' }).end(body);
    observed = observedBackend(instance.origin);
    instance.answer(answer);
    expect(await failureOf(observed.backend.listForCaller(incident.caller, 40))).toMatchObject({ kind: 'truncated' });
    const limits = instance.heard.map(({ url }) => new URLSearchParams(url.split('?')[1]).get('sysparm_limit'));
    expect(limits).toEqual(['40', '10', '3']);
    expect(await failureOf(open())).toMatchObject({ kind: 'truncated', mayHaveHappened: true });
  });

  it.each([
    ['no object', '[]'],
    ['no result', '{}'],
    ['a result that is no list', '{"result":{}}'],
    ['a list of something else', '{"result":["x"]}'],
  ])('of another shape is unexpected and not retried: %s', async (_, body) => {
    observed = observedBackend(instance.origin);
    instance.answer((response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(body));
    expect(await failureOf(ask())).toMatchObject({ kind: 'unexpected' });
    expect(instance.heard).toHaveLength(1);
  });

  it('to a create without a number says that the create may have happened', async () => {
    observed = observedBackend(instance.origin);
    instance.answer(json(201, { result: { sys_id: '7d2f0c1be0a84b0f9c64f1f0a1b2c3d4' } }));
    expect(await failureOf(open())).toMatchObject({ kind: 'unexpected', mayHaveHappened: true });
  });

  it('larger than two megabytes is not read to its end, compressed or not', async () => {
    const huge = JSON.stringify({ result: [], padding: 'x'.repeat(8 * 1024 * 1024) });
    for (const answer of [
      json(200, JSON.parse(huge)),
      ((response) =>
        response
          .writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })
          .end(gzipSync(huge))) satisfies Behaviour,
    ]) {
      observed = observedBackend(instance.origin);
      instance.answer(answer);
      expect(await failureOf(ask())).toMatchObject({ kind: 'truncated' });
    }
  });

  it('that redirects, or names another host for its next page, is not followed', async () => {
    const lure = await ScriptedInstance.start();
    lure.answer(json(200, { result: [] }));
    observed = observedBackend(instance.origin);
    instance.answer(page(302, '', { Location: `${lure.origin}/api/now/table/incident` }));
    expect(await failureOf(ask())).toMatchObject({ kind: 'redirected' });
    instance.answer(
      json(200, { result: [] }, { Link: `<${lure.origin}/api/now/table/incident>;rel="next"` }),
      json(200, { result: [] }),
    );
    expect(await ask()).toBeUndefined();
    expect(instance.heard).toHaveLength(2);
    expect(lure.heard).toEqual([]);
    await lure.close();
  });

  it('with a row that was not requested is unexpected, and logged as an error', async () => {
    observed = observedBackend(instance.origin);
    const row = { sys_id: '1', number: 'INC0000001', correlation_id: 'hd-of-somebody-else' };
    instance.answer(json(200, { result: [row] }));
    expect(await failureOf(ask())).toMatchObject({ kind: 'unexpected' });
    expect(observed.lines.join()).toContain('"security":true');
  });

  it('tells operators the name of the rule or field that refused', async () => {
    observed = observedBackend(instance.origin);
    instance.answer(failure(403, 'Operation Failed', ABORTED));
    expect((await failureOf(open())).message).toBe('The business rule "No chat" of ServiceNow refused the change.');
    instance.answer(failure(403, 'x', 'Data Policy Exception: The following fields are mandatory: Resolution code'));
    expect((await failureOf(open())).message).toBe(
      'A data policy of ServiceNow refused the change; it is about: Resolution code.',
    );
  });
});

describe('A connection', () => {
  it('that is refused carried no request, so a create cannot have happened', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    observed = observedBackend(`http://127.0.0.1:${port}`);
    expect(await failureOf(open())).toMatchObject({ kind: 'unavailable', mayHaveHappened: false });
    expect(await failureOf(ask())).toMatchObject({ kind: 'unavailable' });
    expect(observed.pauses).toHaveLength(2);
  });

  it('to an unknown host was never made', async () => {
    observed = observedBackend('http://nowhere.invalid');
    expect(await failureOf(open())).toMatchObject({ kind: 'unavailable', mayHaveHappened: false });
  });

  it('with an untrusted certificate carried no request', async () => {
    const sim = await ServiceNowSim.start({ https: true });
    observed = observedBackend(sim.url);
    expect(await failureOf(open())).toMatchObject({
      kind: 'unavailable',
      mayHaveHappened: false,
      message: expect.stringContaining('certificate'),
    });
    observed.backend.client.close();
    observed = observedBackend(sim.url, { ca: sim.ca });
    expect(await ask()).toBeUndefined();
    await sim.close();
  });
});
