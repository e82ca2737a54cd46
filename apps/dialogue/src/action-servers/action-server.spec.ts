import { type IncomingMessage } from 'node:http';
import { setImmediate as soon } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { describe, expect, it, jest } from '@jest/globals';
import { Tracker } from '#dialogue-engine';
import { freePort } from '#testing';
import { ActionRequests } from './action-request.js';
import { ActionServer } from './action-server.js';
import {
  ActionServerFixture,
  bodyOf,
  logger,
  NOWHERE,
  replying,
  stopTheClock,
  withoutWaiting,
} from './action-server.fixture.js';

const fixture = new ActionServerFixture();

describe('A call of an action server', () => {
  it('carries the whole conversation, the domain, the headers, the credentials and the token of the endpoint', async () => {
    const seen: { request: IncomingMessage; body: unknown }[] = [];
    const url = await fixture.serve((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push({ request, body: JSON.parse(body.toString()) });
        response.end('{}');
      });
    });
    const basicAuth = { username: 'desk', password: 'secret' };
    await fixture.run(
      fixture.clientOf(url, { headers: { 'x-team': 'it' }, basicAuth, token: 't&1', params: { tenant: 'a' } }),
    );
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
    const url = await fixture.serve((request, response) => {
      expect(request.headers['content-encoding']).toBe('deflate');
      void bodyOf(request).then((body) => {
        call = JSON.parse(inflateSync(body).toString());
        response.end('{}');
      });
    });
    await fixture.run(new ActionServer({ ...NOWHERE, url }, fixture.requestsOf(true), logger));
    expect(call).toMatchObject({ next_action: 'action_x' });
  });

  it('leaves out the domain for actions that do not need it when the endpoint is selective', async () => {
    const { domain } = fixture;
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

describe('An action server', () => {
  const PAUSED = /paused: it could not be reached: ECONNREFUSED/;

  /** Stops the clock and makes calls that do not reach the server. */
  async function fail(client: ActionServer, times = 5): Promise<void> {
    stopTheClock();
    for (let i = 0; i < times; i++)
      expect(await withoutWaiting(fixture.failureOf(client))).toMatch(/could not be reached: ECONNREFUSED/);
  }

  it('that never answers is abandoned when the time limit of the action is over', async () => {
    const limit = new AbortController();
    const url = await fixture.serve(() => limit.abort());
    await expect(fixture.run(fixture.clientOf(url), 'action_x', limit.signal)).rejects.toThrow(
      /did not answer in time/,
    );
  });

  it('that could not be reached gets the call again, since nothing was sent', async () => {
    stopTheClock();
    const port = await freePort();
    const running = fixture.run(fixture.clientOf(`http://127.0.0.1:${port}/webhook`));
    // A pending timer means that the first call has failed.
    while (jest.getTimerCount() === 0) await soon();
    await fixture.serve(replying(200, { responses: [{ text: 'Back.' }] }), port);
    const result = await withoutWaiting(running);
    expect(result.responses).toMatchObject([{ text: 'Back.' }]);
  });

  it('that closed the connection after the call does not get it again, since it may have run the action', async () => {
    let calls = 0;
    const url = await fixture.serve((request) => {
      calls += 1;
      request.socket.destroy();
    });
    expect(await fixture.failureOf(fixture.clientOf(url))).toMatch(/could not be reached/);
    expect(calls).toBe(1);
  });

  it('that is down gets no calls after five failures; the error says so and does not contain the token', async () => {
    const client = fixture.clientOf(`http://127.0.0.1:${await freePort()}/webhook`, { token: 'secret' });
    await fail(client);
    const message = await fixture.failureOf(client);
    expect(message).toMatch(PAUSED);
    expect(message + client.health).not.toContain('secret');
  });

  it('that is paused gets one trial call after five seconds, while all other calls are refused', async () => {
    const port = await freePort();
    const client = fixture.clientOf(`http://127.0.0.1:${port}/webhook`);
    await fail(client);
    jest.advanceTimersByTime(4_000);
    expect(await fixture.failureOf(client)).toMatch(PAUSED);
    jest.advanceTimersByTime(1_000);
    let answer: (() => void) | undefined;
    await fixture.serve((_, response) => void (answer = () => response.end('{}')), port);
    const trying = fixture.run(client);
    while (!answer) await soon();
    expect(await fixture.failureOf(client)).toMatch(PAUSED);
    answer();
    await trying;
    await fixture.stopServing();
    await fixture.serve(replying(200, {}), port);
    await Promise.all([fixture.run(client), fixture.run(client)]);
  });

  it('that is still down at the trial call is paused again', async () => {
    const client = fixture.clientOf(`http://127.0.0.1:${await freePort()}/webhook`);
    await fail(client);
    jest.advanceTimersByTime(5_000);
    expect(await withoutWaiting(fixture.failureOf(client))).toMatch(/could not be reached/);
    expect(await fixture.failureOf(client)).toMatch(PAUSED);
  });

  it('is not paused as long as it answers now and then', async () => {
    const port = await freePort();
    const client = fixture.clientOf(`http://127.0.0.1:${port}/webhook`);
    await fail(client, 4);
    await fixture.serve(replying(200, {}), port);
    await fixture.run(client);
    await fixture.stopServing();
    await fail(client, 4);
    expect(await withoutWaiting(fixture.failureOf(client))).toMatch(/could not be reached/);
  });

  it('that gives invalid answers is not paused', async () => {
    const client = fixture.clientOf(await fixture.serve(replying(500, '')));
    for (let i = 0; i < 8; i++) expect(await fixture.failureOf(client)).toMatch(/status 500/);
  });
});
