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

/** Stops the clock and `setTimeout` until `pass`; nothing else stops. */
function stopTheClock(): void {
  const left = ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;
  jest.useFakeTimers({ doNotFake: [...left, 'setInterval', 'clearInterval'] });
}

/** Ends every wait between two calls at once, until the work is done. */
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

/** Starts an action server that gives these answers, and returns its address. */
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

describe('A call of an action server', () => {
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

  it('is deflated when the setting asks for it', async () => {
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

  it('leaves out the domain for actions that do not need it when the endpoint is selective', async () => {
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

describe('An answer of an action server', () => {
  it('may leave out events and responses', async () => {
    expect(await run(clientOf(await serve(replying(200, {}))))).toEqual({ events: [], responses: [] });
  });

  it('keeps the order of its events and responses, and loses only events of unknown kinds', async () => {
    const slots = ['a', 'b'].map((name) => ({ event: 'slot', timestamp: null, name, value: 1 }));
    const events = [slots[0], { event: 'quantum_leap' }, slots[1]];
    const responses = [{ text: 'one' }, { response: 'utter_x', color: 'red' }];
    const result = await run(clientOf(await serve(replying(200, { events, responses }))));
    expect(result.events).toMatchObject(slots);
    expect(result.responses).toMatchObject(responses);
  });

  it('may have events whose metadata is null, as the SDK writes them', async () => {
    const events = [{ event: 'bot', timestamp: null, text: 'Hi', data: null, metadata: null }];
    const result = await run(clientOf(await serve(replying(200, { events }))));
    expect(result.events).toEqual([expect.objectContaining({ event: 'bot', text: 'Hi' })]);
    expect(result.events[0]).not.toHaveProperty('metadata');
  });

  it('may have buttons without a payload, which send their title, and the old key `template`', async () => {
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

  it('with status 400 is a rejection by the action that it names', async () => {
    const rejection = run(clientOf(await serve(replying(400, { error: 'no', action_name: 'action_y' }))));
    await expect(rejection).rejects.toThrow(ActionRejected);
    await expect(rejection).rejects.toMatchObject({ action: 'action_y' });
  });

  it.each([
    [400, 'Bad Request', /status 400/],
    [404, { error: 'no such action', action_name: 'action_x' }, /status 404/],
    [500, { error: 'ZeroDivisionError' }, /status 500/],
    [307, '', /status 307/],
    [200, '', /invalid body/],
    [200, 'null', /invalid body/],
    [200, '<html>', /invalid body/],
    [200, [], /invalid body/],
    [200, { events: 'none' }, /invalid body.*\/events/],
    [200, { events: ['slot'] }, /invalid body.*\/events/],
    [200, { events: [{ event: 'slot', value: 1 }] }, /invalid body.*"name"/],
    [200, { events: [{ event: 'bot', text: 'Hi', data: { buttons: 'many' } }] }, /invalid body.*bot event/],
    [200, { responses: [{ text: 5 }] }, /invalid body.*\/responses/],
    [200, { responses: [{ text: 'Hi', buttons: [{ payload: '/a' }] }] }, /invalid body.*\/responses/],
    [200, `{"responses":[{"attachment":${'['.repeat(40)}${']'.repeat(40)}}]}`, /invalid body.*deeper/],
    [200, { responses: [{ text: 'x'.repeat(2 * 1024 * 1024) }] }, /more than/],
  ])('with status %d and body %j is a failure that names the action', async (status, body, reason) => {
    const message = await failureOf(clientOf(await serve(replying(status, body))));
    expect(message).toMatch(reason);
    expect(message).not.toContain('undefined');
  });

  it('of any content becomes a valid result, a rejection or a failure', async () => {
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

describe('An action server', () => {
  const PAUSED = /paused: it could not be reached: ECONNREFUSED/;

  /** Stops the clock and makes calls that do not reach the server. */
  async function fail(client: ActionServer, times = 5): Promise<void> {
    stopTheClock();
    for (let i = 0; i < times; i++)
      expect(await withoutWaiting(failureOf(client))).toMatch(/could not be reached: ECONNREFUSED/);
  }

  it('that never answers is abandoned when the time limit of the action is over', async () => {
    const limit = new AbortController();
    const url = await serve(() => limit.abort());
    await expect(run(clientOf(url), 'action_x', limit.signal)).rejects.toThrow(/did not answer in time/);
  });

  it('that could not be reached gets the call again, since nothing was sent', async () => {
    stopTheClock();
    const port = await freePort();
    const running = run(clientOf(`http://127.0.0.1:${port}/webhook`));
    // A pending timer means that the first call has failed.
    while (jest.getTimerCount() === 0) await soon();
    await serve(replying(200, { responses: [{ text: 'Back.' }] }), port);
    const result = await withoutWaiting(running);
    expect(result.responses).toMatchObject([{ text: 'Back.' }]);
  });

  it('that closed the connection after the call does not get it again, since it may have run the action', async () => {
    let calls = 0;
    const url = await serve((request) => {
      calls += 1;
      request.socket.destroy();
    });
    expect(await failureOf(clientOf(url))).toMatch(/could not be reached/);
    expect(calls).toBe(1);
  });

  it('that is down gets no calls after five failures; the error says so and does not contain the token', async () => {
    const client = clientOf(`http://127.0.0.1:${await freePort()}/webhook`, { token: 'secret' });
    await fail(client);
    const message = await failureOf(client);
    expect(message).toMatch(PAUSED);
    expect(message + client.health).not.toContain('secret');
  });

  it('that is paused gets one trial call after five seconds, while all other calls are refused', async () => {
    const port = await freePort();
    const client = clientOf(`http://127.0.0.1:${port}/webhook`);
    await fail(client);
    jest.advanceTimersByTime(4_000);
    expect(await failureOf(client)).toMatch(PAUSED);
    jest.advanceTimersByTime(1_000);
    let answer: (() => void) | undefined;
    await serve((_, response) => void (answer = () => response.end('{}')), port);
    const trying = run(client);
    while (!answer) await soon();
    expect(await failureOf(client)).toMatch(PAUSED);
    answer();
    await trying;
    await stopServing();
    await serve(replying(200, {}), port);
    await Promise.all([run(client), run(client)]);
  });

  it('that is still down at the trial call is paused again', async () => {
    const client = clientOf(`http://127.0.0.1:${await freePort()}/webhook`);
    await fail(client);
    jest.advanceTimersByTime(5_000);
    expect(await withoutWaiting(failureOf(client))).toMatch(/could not be reached/);
    expect(await failureOf(client)).toMatch(PAUSED);
  });

  it('is not paused as long as it answers now and then', async () => {
    const port = await freePort();
    const client = clientOf(`http://127.0.0.1:${port}/webhook`);
    await fail(client, 4);
    await serve(replying(200, {}), port);
    await run(client);
    await stopServing();
    await fail(client, 4);
    expect(await withoutWaiting(failureOf(client))).toMatch(/could not be reached/);
  });

  it('that gives invalid answers is not paused', async () => {
    const client = clientOf(await serve(replying(500, '')));
    for (let i = 0; i < 8; i++) expect(await failureOf(client)).toMatch(/status 500/);
  });
});

describe('Several action servers', () => {
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
  ])('share the actions by the longest prefix: %s runs on %s', (action, address) => {
    expect(servers().serverOf(action)?.health).toContain(address);
  });

  it('do not run an action without a matching prefix when no server takes the rest', () => {
    const only = new ActionServers([{ ...NOWHERE, prefixes: ['action_hr_'] }], requestsOf(), logger);
    expect(only.serverOf('action_other')).toBeUndefined();
  });
});
