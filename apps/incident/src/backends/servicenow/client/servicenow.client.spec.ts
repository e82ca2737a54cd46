import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { oauthClients, ServiceNowSim } from '#servicenow-simulator';
import { type BackendFailure } from '../../../ports/backend-failure.js';
import { type NewIncident } from '../../../ports/incident.js';
import { observedBackend, type ObservedBackend } from '../backend.fixture.js';
import { HALF_OPEN_AFTER_MS } from './breaker.js';
import { json, page, ScriptedInstance } from '../../scripted-instance.fixture.js';

const OK = json(200, { result: [] });

let instance: ScriptedInstance;
let observed: ObservedBackend | undefined;
let now: number;
beforeAll(async () => {
  instance = await ScriptedInstance.start();
});
afterAll(() => instance.close());
beforeEach(() => {
  // The breaker reads the clock itself.
  now = 1_000_000;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
  observed?.backend.client.close();
});

const caller = { id: '7d2f0c1be0a84b0f9c64f1f0a1b2c3d4', email: 'ana@example.com' };
const incident: NewIncident = { caller, title: 'T', description: 'D', priority: 'low' };

describe('An instance that is down', () => {
  it('gets no calls after five failures, and then one harmless probe', async () => {
    observed = observedBackend(instance.origin);
    const { backend } = observed;
    instance.answer(page(503, 'down'));
    const kinds: string[] = [];
    for (let call = 0; call < 8; call++)
      await backend.create(`op ${call}`, incident).catch((error: BackendFailure) => kinds.push(error.kind));
    expect(kinds).toEqual(Array(8).fill('unavailable'));
    expect(instance.heard).toHaveLength(5);
    await expect(backend.create('op', incident)).rejects.toMatchObject({
      mayHaveHappened: false,
      retryAfterMs: HALF_OPEN_AFTER_MS,
    });

    now += HALF_OPEN_AFTER_MS;
    await expect(backend.create('op', incident)).rejects.toMatchObject({ kind: 'unavailable', mayHaveHappened: false });
    expect(instance.heard.slice(5).map(({ method }) => method)).toEqual(['GET']);

    now += HALF_OPEN_AFTER_MS;
    instance.answer(OK, page(500, 'still not well'));
    await expect(backend.create('op', incident)).rejects.toMatchObject({ mayHaveHappened: true });
    expect(instance.heard.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it('still gets calls after refusals', async () => {
    observed = observedBackend(instance.origin);
    instance.answer(json(403, {}));
    for (let call = 0; call < 20; call++)
      await expect(observed.backend.check()).rejects.toMatchObject({ kind: 'forbidden' });
    expect(instance.heard).toHaveLength(20);
  });

  it('still gets calls after failures that are far apart', async () => {
    observed = observedBackend(instance.origin);
    instance.answer(page(503, 'down'));
    for (let call = 0; call < 10; call++) {
      now += 10_000;
      await expect(observed.backend.create('op', incident)).rejects.toMatchObject({ mayHaveHappened: true });
    }
  });

  it('gets no calls for five minutes when it hibernates', async () => {
    observed = observedBackend(instance.origin);
    instance.answer(page(200, '<p class="instance-hibernating-page">'));
    await expect(observed.backend.check()).rejects.toMatchObject({ kind: 'hibernating' });
    now += 60_000;
    await expect(observed.backend.check()).rejects.toMatchObject({ kind: 'hibernating', retryAfterMs: 240_000 });
    expect(instance.heard).toHaveLength(1);
    now += 240_000;
    instance.answer(OK);
    await observed.backend.check();
  });
});

describe('An instance that wants fewer calls', () => {
  it('gets none until the time that it named; each call fails at once and says how long to wait', async () => {
    observed = observedBackend(instance.origin);
    const { backend, pauses } = observed;
    instance.answer(json(429, {}, { 'Retry-After': '1800' }));
    await expect(backend.check()).rejects.toMatchObject({ kind: 'rate-limited', retryAfterMs: 1_800_000 });
    now += 1_000_000;
    await expect(backend.create('op', incident)).rejects.toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 800_000,
      mayHaveHappened: false,
    });
    expect(instance.heard).toHaveLength(1);
    expect(pauses).toEqual([]);
    now += 800_000;
    instance.answer(OK);
    await backend.check();
  });

  it('gets half as many concurrent calls for a minute when its threads are all busy', async () => {
    observed = observedBackend(instance.origin, { concurrency: 4 });
    const { backend } = observed;
    instance.answer(page(429, 'busy'));
    await expect(backend.create('op', incident)).rejects.toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: expect.any(Number),
    });
    const together = async () => {
      let most = 0;
      let open = 0;
      instance.answer((response, request) => {
        most = Math.max(most, ++open);
        setImmediate(() => {
          open -= 1;
          OK(response, request);
        });
      });
      await Promise.all(Array.from({ length: 24 }, () => backend.check()));
      return most;
    };
    expect(await together()).toBeLessThanOrEqual(2);
    now += 60_000;
    expect(await together()).toBeLessThanOrEqual(4);
  });

  it('gets no more calls than its hourly allowance', async () => {
    observed = observedBackend(instance.origin);
    const { backend } = observed;
    const reset = String(now / 1_000 + 600);
    instance.answer(
      json(
        200,
        { result: [] },
        {
          'X-RateLimit-Limit': '10',
          'X-RateLimit-Reset': reset,
          'X-RateLimit-Rule': 'r',
          Date: new Date(now).toUTCString(),
        },
      ),
    );
    for (let call = 0; call < 10; call++) await backend.check();
    await expect(backend.check()).rejects.toMatchObject({ kind: 'rate-limited', retryAfterMs: 600_000 });
    expect(instance.heard).toHaveLength(10);
  });
});

describe('A call', () => {
  it('identifies itself, keeps no cookie, and accepts only JSON', async () => {
    observed = observedBackend(instance.origin);
    instance.answer(json(200, { result: [] }, { 'Set-Cookie': 'JSESSIONID=1; Path=/' }));
    await observed.backend.check();
    await observed.backend.check();
    expect(instance.heard[1]?.headers).toMatchObject({ accept: 'application/json', 'user-agent': 'helpdesk-incident' });
    expect(instance.heard[1]?.headers.cookie).toBeUndefined();
  });

  it('keeps no more connections open than its concurrency limit', async () => {
    observed = observedBackend(instance.origin, { concurrency: 4 });
    const { backend } = observed;
    instance.answer(OK);
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 50 }, () => backend.check()));
    expect(instance.heard).toHaveLength(1_000);
    expect(backend.client.openSockets).toBeLessThanOrEqual(4);
  });
});

describe('The log', () => {
  it('contains no secret, no address and no user text in any log line or error', async () => {
    jest.restoreAllMocks();
    const sim = await ServiceNowSim.start();
    const secrets = ['svc.helpdesk', 'helpdesk-secret', 'abraham.lincoln', 'example.com', 'Basic ', 'Bearer '];
    const texts = ['The title of it', 'A private description', 'A private remark', 'Abraham'];
    const lines: string[] = [];
    const { clientId, clientSecret } = oauthClients.helpdesk;
    const user = 'svc.helpdesk';
    for (const credentials of [
      { kind: 'basic', user, password: user },
      { kind: 'password', user, password: user, clientId, clientSecret },
    ] as const)
      for (const fault of [
        'none',
        'status:500',
        'truncate',
        'html-200',
        'reset-after-commit',
        'br-abort:x',
        '429:60',
      ]) {
        const { backend, lines: logged } = observedBackend(sim.url, {
          credentials,
          readTimeoutMs: 30_000,
          writeTimeoutMs: 30_000,
        });
        const found = await backend.findCaller('abraham.lincoln@example.com');
        if (!found) throw new Error('Abraham is seeded.');
        if (fault !== 'none') sim.fault({ fault });
        const outcomes = await Promise.allSettled([
          backend.create('abraham.lincoln@example.com', {
            caller: found,
            title: 'The title of it',
            description: 'A private description',
            priority: 'high',
          }),
          backend
            .get('INC0010002')
            .then((incident) => incident && backend.comment(incident, found, 'A private remark')),
          backend.listForCaller(found, 5),
          backend.findCaller('ana.ruiz@example.com'),
          backend.findArticles('A private remark', 2),
        ]);
        sim.clearFaults();
        lines.push(...logged);
        for (const outcome of outcomes)
          if (outcome.status === 'rejected') {
            const error = outcome.reason as BackendFailure;
            // A logged error contributes its message, its stack and its causes.
            lines.push(
              JSON.stringify({ ...error, message: error.message, stack: error.stack, cause: String(error.cause) }),
            );
          }
        backend.client.close();
      }
    await sim.close();
    expect(lines.length).toBeGreaterThan(50);
    for (const secret of [...secrets, ...texts]) expect(lines.filter((line) => line.includes(secret))).toEqual([]);
  });

  it('logs the operation, table, status, outcome and attempt of each call', async () => {
    observed = observedBackend(instance.origin);
    instance.answer(page(500, 'x'));
    await observed.backend.create('0197f2aa-6f0e-7c2e-9a35-6f2d0b6f1c55', incident).catch(() => undefined);
    expect(JSON.parse(observed.lines[0] ?? '')).toMatchObject({
      opId: 'hd-0197f2aa-6f0e-7c2e-9a35-6f2d0b6f1c55',
      method: 'POST',
      table: 'incident',
      status: 500,
      class: 'unavailable',
      attempt: 1,
      durationMs: expect.any(Number),
    });
  });
});
