import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { setImmediate as soon } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import { readAssistant, type ActionServer as Endpoint, type Domain } from '#assistant';
import { ActionRejected, Tracker, type ActionResult } from '#dialogue-engine';
import { projectRoot } from '#service';
import { freePort } from '#testing';
import { ActionRequests } from './action-request.js';
import { ActionServer } from './action-server.js';
import { ActionServers } from './action-servers.js';

const logger = pino({ level: 'silent' });
const NOWHERE: Endpoint = {
  url: 'http://127.0.0.1:1/webhook',
  params: {},
  headers: {},
  tokenName: 'token',
  prefixes: [],
  isDomainSelective: false,
};

let domain: Domain;
beforeAll(async () => {
  ({ domain } = (await readAssistant(join(projectRoot, 'assistants/helpdesk'))).assistant);
});

let server: Server | undefined;
/** Ends the server and closes its port. */
async function stopServing(): Promise<void> {
  const ended = server && once(server, 'close');
  server?.close();
  server?.closeAllConnections();
  server = undefined;
  await ended;
}
afterEach(async () => {
  jest.useRealTimers();
  await stopServing();
});

/** The clock and `setTimeout` stand still until `pass`; everything else goes on. */
function stopTheClock(): void {
  const left = ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;
  jest.useFakeTimers({ doNotFake: [...left, 'setInterval', 'clearInterval'] });
}

/** Ends every wait between two calls at once, as often as one begins before the work is done. */
async function withoutWaiting<Result>(work: Promise<Result>): Promise<Result> {
  let isDone = false;
  const end = (): void => void (isDone = true);
  work.then(end, end);
  while (!isDone) {
    jest.runOnlyPendingTimers();
    await soon();
  }
  return work;
}

/** Starts an action server that answers so, and returns its address. */
async function serve(answers: RequestListener, port = 0): Promise<string> {
  server = createServer(answers).listen(port, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/webhook`;
}

const replying =
  (status: number, body: unknown): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const requestsOf = (isCompressed = false): ActionRequests =>
  new ActionRequests(domain, () => Promise.resolve([{ event: 'restart', timestamp: 1 }]), isCompressed);

const clientOf = (url: string, more: Partial<Endpoint> = {}): ActionServer =>
  new ActionServer({ ...NOWHERE, url, ...more }, requestsOf(), logger);

function run(client: ActionServer, name = 'action_x', signal = new AbortController().signal): Promise<ActionResult> {
  const tracker = Tracker.start('ann', domain);
  tracker.apply({ event: 'slot', name: 'email', value: 'ann@example.com', timestamp: 2 });
  return client.run({ name, tracker, domain, outputChannel: 'collector', signal });
}

const failureOf = async (client: ActionServer): Promise<string> => {
  const error: unknown = await run(client).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ActionServerError' });
  return (error as Error).message;
};

describe('A call', () => {
  it('carries the whole conversation, the domain, the headers, the credentials and the token of the endpoint', async () => {
    const seen: { request: IncomingMessage; body: unknown }[] = [];
    const url = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push({ request, body: JSON.parse(body.toString()) });
        response.end('{}');
      });
    });
    const basicAuth = { username: 'desk', password: 'secret' };
    await run(clientOf(url, { headers: { 'x-team': 'it' }, basicAuth, token: 't&1', params: { tenant: 'a' } }));
    const [{ request, body } = { request: undefined, body: undefined }] = seen;
    expect(request?.url).toBe('/webhook?tenant=a&token=t%261');
    expect(request?.headers).toMatchObject({ 'x-team': 'it', authorization: `Basic ${btoa('desk:secret')}` });
    expect(body).toMatchObject({
      next_action: 'action_x',
      sender_id: 'ann',
      tracker: {
        sender_id: 'ann',
        slots: { email: 'ann@example.com' },
        events: [{ event: 'restart' }, { event: 'slot', name: 'email', value: 'ann@example.com' }],
      },
      domain: { forms: { open_incident_form: { required_slots: expect.arrayContaining(['email']) } } },
      version: '3.5.5',
    });
  });

  it('is deflated when that is asked for', async () => {
    let call: unknown;
    const url = await serve((request, response) => {
      expect(request.headers['content-encoding']).toBe('deflate');
      void bodyOf(request).then((body) => {
        call = JSON.parse(inflateSync(body).toString());
        response.end('{}');
      });
    });
    await run(new ActionServer({ ...NOWHERE, url }, requestsOf(true), logger));
    expect(call).toMatchObject({ next_action: 'action_x' });
  });

  it('leaves the domain out for actions that do not want it, when the endpoint is selective', async () => {
    const requests = new ActionRequests({ ...domain, actionsWithDomain: ['action_wants'] }, async () => [], false);
    const tracker = Tracker.start('ann', domain);
    const domainOf = async (name: string): Promise<object> => {
      const call = { name, tracker, domain, outputChannel: 'collector' };
      const { body } = await requests.write(call, { isDomainSelective: true });
      return (JSON.parse(body.toString()) as { domain: object }).domain;
    };
    expect(await domainOf('action_x')).toEqual({});
    expect(await domainOf('action_wants')).toHaveProperty('slots');
    expect(await domainOf('validate_open_incident_form')).toHaveProperty('slots');
  });
});

describe('An answer', () => {
  it('may leave out events and responses', async () => {
    expect(await run(clientOf(await serve(replying(200, {}))))).toEqual({ events: [], responses: [] });
  });

  it('keeps the order of what it holds; events of unknown kinds are left out', async () => {
    const slots = ['a', 'b'].map((name) => ({ event: 'slot', timestamp: null, name, value: 1 }));
    const events = [slots[0], { event: 'quantum_leap' }, slots[1]];
    const responses = [{ text: 'one' }, { response: 'utter_x', color: 'red' }];
    const result = await run(clientOf(await serve(replying(200, { events, responses }))));
    expect(result.events).toMatchObject(slots);
    expect(result.responses).toMatchObject(responses);
  });

  it('may have events with nothing for metadata, as the SDK writes them', async () => {
    const events = [{ event: 'bot', timestamp: null, text: 'Hi', data: null, metadata: null }];
    const result = await run(clientOf(await serve(replying(200, { events }))));
    expect(result.events).toEqual([expect.objectContaining({ event: 'bot', text: 'Hi' })]);
    expect(result.events[0]).not.toHaveProperty('metadata');
  });

  it('may have buttons without payload, which say their title, and the older name of a response', async () => {
    const responses = [{ template: 'utter_x', buttons: [{ title: 'Yes' }, { title: 'No', payload: { a: 1 } }] }];
    const result = await run(clientOf(await serve(replying(200, { responses }))));
    expect(result.responses).toMatchObject([
      {
        response: 'utter_x',
        buttons: [
          { title: 'Yes', payload: 'Yes' },
          { title: 'No', payload: '{"a":1}' },
        ],
      },
    ]);
  });

  it('of 400 is a rejection of the action that it names', async () => {
    const rejection = run(clientOf(await serve(replying(400, { error: 'no', action_name: 'action_y' }))));
    await expect(rejection).rejects.toThrow(ActionRejected);
    await expect(rejection).rejects.toMatchObject({ action: 'action_y' });
  });

  it.each([
    [400, 'Bad Request', /status 400/],
    [404, { error: 'no such action', action_name: 'action_x' }, /status 404/],
    [500, { error: 'ZeroDivisionError' }, /status 500/],
    [307, '', /status 307/],
    [200, '', /nonsense/],
    [200, 'null', /nonsense/],
    [200, '<html>', /nonsense/],
    [200, [], /nonsense/],
    [200, { events: 'none' }, /nonsense.*\/events/],
    [200, { events: ['slot'] }, /nonsense.*\/events/],
    [200, { events: [{ event: 'slot', value: 1 }] }, /nonsense.*"name"/],
    [200, { events: [{ event: 'bot', text: 'Hi', data: { buttons: 'many' } }] }, /nonsense.*bot event/],
    [200, { responses: [{ text: 5 }] }, /nonsense.*\/responses/],
    [200, { responses: [{ text: 'Hi', buttons: [{ payload: '/a' }] }] }, /nonsense.*\/responses/],
    [200, `{"responses":[{"attachment":${'['.repeat(40)}${']'.repeat(40)}}]}`, /nonsense.*deeper/],
    [200, { responses: [{ text: 'x'.repeat(2 * 1024 * 1024) }] }, /more than/],
  ])('of %d with %j is a failure that names the action', async (status, body, reason) => {
    const message = await failureOf(clientOf(await serve(replying(status, body))));
    expect(message).toMatch(reason);
    expect(message).not.toContain('undefined');
  });

  it('whatever it is, is a result, a rejection or a failure, and never anything that could not be said', async () => {
    let body = '';
    const client = clientOf(await serve((_, response) => void response.end(body)));
    const message = fc.record(
      { text: fc.anything(), buttons: fc.anything(), custom: fc.anything(), response: fc.anything() },
      { requiredKeys: [] },
    );
    const reply = fc.record(
      { events: fc.oneof(fc.array(fc.anything()), fc.anything()), responses: fc.array(message) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(reply, fc.jsonValue()), async (written) => {
        body = safeJson(written);
        const outcome: unknown = await run(client).catch((thrown: unknown) => thrown);
        if (outcome instanceof Error) expect(outcome.name).toBe('ActionServerError');
        else
          for (const { text } of (outcome as ActionResult).responses)
            expect(['string', 'undefined', 'object']).toContain(typeof (text ?? undefined));
      }),
      { numRuns: 60 },
    );
  });
});

const safeJson = (value: unknown): string => {
  try {
    return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? '';
  } catch {
    return '';
  }
};

describe('A server', () => {
  const LEFT_ALONE = /left alone for a while: it could not be reached: ECONNREFUSED/;

  /** Stops the clock and makes calls that do not reach the server. */
  async function fail(client: ActionServer, times = 5): Promise<void> {
    stopTheClock();
    for (let i = 0; i < times; i++)
      expect(await withoutWaiting(failureOf(client))).toMatch(/could not be reached: ECONNREFUSED/);
  }

  it('that never answers is given up when the time of the action is over', async () => {
    const limit = new AbortController();
    const url = await serve(() => limit.abort());
    await expect(run(clientOf(url), 'action_x', limit.signal)).rejects.toThrow(/did not answer in time/);
  });

  it('that was not reached is asked again, since nothing was sent', async () => {
    stopTheClock();
    const port = await freePort();
    const running = run(clientOf(`http://127.0.0.1:${port}/webhook`));
    // It waits: the first call has failed.
    while (jest.getTimerCount() === 0) await soon();
    await serve(replying(200, { responses: [{ text: 'Back.' }] }), port);
    const result = await withoutWaiting(running);
    expect(result.responses).toMatchObject([{ text: 'Back.' }]);
  });

  it('that hung up after it was asked is not asked again, since it may have done it', async () => {
    let calls = 0;
    const url = await serve((request) => {
      calls += 1;
      request.socket.destroy();
    });
    expect(await failureOf(clientOf(url))).toMatch(/could not be reached/);
    expect(calls).toBe(1);
  });

  it('that is away is left alone after some failures, says so, and its token stays a secret', async () => {
    const client = clientOf(`http://127.0.0.1:${await freePort()}/webhook`, { token: 'secret' });
    await fail(client);
    const message = await failureOf(client);
    expect(message).toMatch(LEFT_ALONE);
    expect(message + client.health).not.toContain('secret');
  });

  it('that is left alone is tried by one call after five seconds, and all the others are refused meanwhile', async () => {
    const port = await freePort();
    const client = clientOf(`http://127.0.0.1:${port}/webhook`);
    await fail(client);
    jest.advanceTimersByTime(4_000);
    expect(await failureOf(client)).toMatch(LEFT_ALONE);
    jest.advanceTimersByTime(1_000);
    let answer: (() => void) | undefined;
    await serve((_, response) => void (answer = () => response.end('{}')), port);
    const trying = run(client);
    while (!answer) await soon();
    expect(await failureOf(client)).toMatch(LEFT_ALONE);
    answer();
    await trying;
    await stopServing();
    await serve(replying(200, {}), port);
    await Promise.all([run(client), run(client)]);
  });

  it('that is still away when it is tried is left alone again', async () => {
    const client = clientOf(`http://127.0.0.1:${await freePort()}/webhook`);
    await fail(client);
    jest.advanceTimersByTime(5_000);
    expect(await withoutWaiting(failureOf(client))).toMatch(/could not be reached/);
    expect(await failureOf(client)).toMatch(LEFT_ALONE);
  });

  it('is not left alone as long as it answers now and then', async () => {
    const port = await freePort();
    const client = clientOf(`http://127.0.0.1:${port}/webhook`);
    await fail(client, 4);
    await serve(replying(200, {}), port);
    await run(client);
    await stopServing();
    await fail(client, 4);
    expect(await withoutWaiting(failureOf(client))).toMatch(/could not be reached/);
  });

  it('that answers badly is not taken for one that is away', async () => {
    const client = clientOf(await serve(replying(500, '')));
    for (let i = 0; i < 8; i++) expect(await failureOf(client)).toMatch(/status 500/);
  });
});

describe('Several servers', () => {
  const servers = () =>
    new ActionServers(
      [
        { ...NOWHERE, url: 'http://hr/webhook', prefixes: ['action_hr_', 'validate_leave'] },
        { ...NOWHERE, url: 'http://pay/webhook', prefixes: ['action_hr_pay_'] },
        { ...NOWHERE, url: 'http://rest/webhook' },
      ],
      requestsOf(),
      logger,
    );

  it.each([
    ['action_hr_leave', 'http://hr/'],
    ['validate_leave_form', 'http://hr/'],
    ['action_hr_pay_slip', 'http://pay/'],
    ['action_other', 'http://rest/'],
  ])('share the actions by the longest prefix: %s goes to %s', (action, address) => {
    expect(servers().serverOf(action)?.health).toContain(address);
  });

  it('run nothing that no prefix names when there is none for the rest', () => {
    const only = new ActionServers([{ ...NOWHERE, prefixes: ['action_hr_'] }], requestsOf(), logger);
    expect(only.serverOf('action_other')).toBeUndefined();
  });
});
