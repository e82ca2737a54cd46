/**
 * The main use case with real processes, a real broker and a real database. A person reports a problem, answers the
 * assistant's questions, confirms the incident, and later asks for its status.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stack, textOf } from './support/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack.stop());

describe('The REST channel', () => {
  it('lets a person report an email problem, confirm the incident and ask for its status', async () => {
    const ann = 'ann';
    expect(textOf(await stack.say(ann, 'hi'))).toMatch(/reset my password/i);
    expect(textOf(await stack.say(ann, 'i have a problem with my email'))).toMatch(/email address/i);
    const [priority] = await stack.say(ann, 'anything@example.com');
    expect(priority?.buttons?.map(({ title }) => title)).toEqual(['low', 'medium', 'high']);
    expect(textOf(await stack.say(ann, priority?.buttons?.[0]?.payload ?? ''))).toMatch(/problem/i);
    const [summary] = await stack.say(ann, "Can't log in to my email");
    for (const detail of ['anything@example.com', "Can't log in to my email", 'Problem with email', 'priority: low']) {
      expect(summary?.text).toContain(detail);
    }
    const opened = textOf(await stack.say(ann, summary?.buttons?.[0]?.payload ?? ''));
    for (const detail of [
      "isn't connected",
      'anything@example.com',
      "Can't log in to my email",
      'Problem with email',
    ]) {
      expect(opened).toContain(detail);
    }
    const offer = textOf(await stack.say(ann, 'thanks. Can i check the status of my other tickets?'));
    expect(offer).toContain('anything@example.com');
    expect(textOf(await stack.say(ann, 'Yes please'))).toMatch(/made this answer up[^]*anything@example\.com/);
  });

  it('sets the title of a password problem and recognizes its priority in a sentence', async () => {
    const bob = 'bob';
    expect(textOf(await stack.say(bob, 'help me reset my password'))).toMatch(/email address/i);
    await stack.say(bob, 'abraham.lincoln@example.com');
    expect(textOf(await stack.say(bob, 'it is really important'))).toMatch(/problem/i);
    const summary = textOf(await stack.say(bob, 'Password stuck in a loop'));
    expect(summary).toContain('title: Problem resetting password');
    expect(summary).toContain('priority: high');
    expect(textOf(await stack.say(bob, 'no'))).toMatch(/not opened/i);
    expect(textOf(await stack.say(bob, 'Can I check the status of my tickets?'))).toContain(
      'abraham.lincoln@example.com',
    );
    expect(textOf(await stack.say(bob, 'no'))).toMatch(/email address/i);
    expect(textOf(await stack.say(bob, 'mary.todd@example.com'))).toContain('mary.todd@example.com');
  });

  it('answers help and thanks inside a form, and then repeats the question of the form', async () => {
    const cleo = 'cleo';
    await stack.converse(cleo, ['I want to open an incident', 'cleo@example.com', 'HIGH']);
    expect(textOf(await stack.say(cleo, 'help'))).toMatch(/incident[^]*problem/i);
    expect(textOf(await stack.say(cleo, 'thanks'))).toMatch(/problem/i);
    expect(textOf(await stack.say(cleo, 'the scanner beeps'))).toMatch(/title/i);
  });

  it('switches from one form to another when the person asks for a status', async () => {
    const dan = 'dan';
    await stack.converse(dan, ['I want to open an incident', 'dan@example.com']);
    const answer = textOf(await stack.say(dan, 'what is the status of my ticket?'));
    expect(answer).toMatch(/made this answer up[^]*dan@example\.com|dan@example\.com/);
  });

  it('answers small talk and messages that it does not understand', async () => {
    expect(await stack.converse('eve', ['are you a bot?'])).toMatch(/bot|program/i);
    expect(await stack.converse('eve', ['goodbye'])).not.toBe('');
    expect(await stack.converse('eve', ['qwxz vlorp grumbaff zzzt'])).toMatch(/other words|differently/i);
  });

  it('returns the same answer for a repeated message id and takes the turn only once', async () => {
    await stack.say('fay', 'I want to open an incident');
    const first = await stack.say('fay', 'fay@example.com', { message_id: 'm-1' });
    const again = await stack.say('fay', 'fay@example.com', { message_id: 'm-1' });
    expect(again).toEqual(first);
    expect(textOf(await stack.say('fay', '/inform{"priority":"low"}'))).toMatch(/problem/i);
  });

  it('answers messages that a person sends at the same time in their order', async () => {
    const answers = await Promise.all(
      ['I want to open an incident', 'gus@example.com', '/inform{"priority":"low"}', 'my keyboard sticks'].map(
        (message) => stack.say('gus', message),
      ),
    );
    expect(answers.map(textOf)).toEqual([
      expect.stringMatching(/email address/i),
      expect.stringMatching(/urgent/i),
      expect.stringMatching(/problem/i),
      expect.stringMatching(/title/i),
    ]);
  });

  it('sends each message as a line of JSON with stream=true', async () => {
    const response = await fetch(`${stack.url}/webhooks/rest/webhook?stream=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sender: 'hal', message: 'hi' }),
    });
    expect(response.headers.get('content-type')).toMatch('text/event-stream');
    const lines = (await response.text()).trim().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ recipient_id: 'hal' });
  });
});

describe('Invalid input', () => {
  const post = (body: string, type = 'application/json') =>
    fetch(`${stack.url}/webhooks/rest/webhook`, { method: 'POST', headers: { 'content-type': type }, body });

  it.each([
    ['an empty body', '', 400],
    ['text that is not JSON', '{"sender":', 400],
    ['an empty message', '{"sender":"x","message":"  "}', 400],
    ['a message that is a number', '{"sender":"x","message":7}', 400],
    ['a missing sender', '{"message":"hi"}', 400],
    ['a NUL byte', '{"sender":"x","message":"a\\u0000b"}', 400],
    ['half of a surrogate pair', '{"sender":"x","message":"a\\ud800b"}', 400],
    ['an unknown field', '{"sender":"x","message":"hi","admin":true}', 400],
    [
      'deeply nested metadata',
      `{"sender":"x","message":"hi","metadata":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`,
      400,
    ],
    ['100 KB', JSON.stringify({ sender: 'x', message: 'a'.repeat(100_000) }), 413],
    ['a message that is too long', JSON.stringify({ sender: 'x', message: 'a'.repeat(10_000) }), 400],
  ])('%s is rejected with a problem document', async (_, body, status) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch('application/problem+json');
    expect(await response.json()).toMatchObject({ status, detail: expect.stringMatching(/\w{3}/) });
  });

  it('a wrong content type is rejected', async () => {
    expect((await post('<hi/>', 'text/xml')).status).toBe(415);
  });

  it('creates no conversation', async () => {
    // All messages of "x" were rejected above, so this is its first turn, and it starts with the greeting.
    expect(textOf(await stack.say('x', 'hi'))).toMatch(/reset my password/i);
  });
});

describe('Each service', () => {
  it.each(['gateway', 'nlu', 'dialogue', 'incident', 'handoff'] as const)(
    '%s serves its API description and its health checks',
    async (name) => {
      const { url } = stack.services[name];
      expect((await fetch(`${url}/docs`)).status).toBe(200);
      expect((await fetch(`${url}/docs-json`)).status).toBe(200);
      expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'ok' });
      expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({
        status: 'ok',
        info: { bus: { status: 'up' } },
      });
    },
  );

  it('nlu parses texts over HTTP', async () => {
    const response = await fetch(`${stack.services.nlu.url}/model/parse`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'help me reset my password' }),
    });
    expect(await response.json()).toMatchObject({
      intent: { name: 'password_reset' },
      text: 'help me reset my password',
    });
  });
});
