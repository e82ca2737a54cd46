/**
 * Accepted messages are never lost, even if a service, the broker or the database fails. Each test breaks one part in
 * the middle of a conversation and proves that the message is either rejected at once or answered in the end.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, TestProcess, waitUntil } from '#testing';
import { Stack, textOf } from './support/stack.js';

// The request to the incident service times out before the turn does.
const timeLimits = { TURN_TIMEOUT_MS: '3000', INCIDENT_TIMEOUT_MS: '1000' };

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start(timeLimits);
});
afterAll(() => stack.stop());

/** Sends a message with the same id until it is answered. */
async function sayUntilAnswered(sender: string, message: string, message_id: string): Promise<string> {
  return waitUntil(`"${message}" is answered`, async () => {
    const response = await stack.post(sender, message, { message_id });
    return response.status !== 200
      ? undefined
      : textOf((await response.json()) as { recipient_id: string; text?: string }[]);
  });
}

describe('A conversation', () => {
  it('continues after the dialogue service was killed', async () => {
    await stack.converse('ann', ['i have a problem with my email', 'ann@example.com', '/inform{"priority":"low"}']);
    await stack.services.dialogue.kill();
    const kept = await stack.post('ann', 'Outlook hangs', { message_id: 'm-1' });
    expect(kept.status).toBe(504);
    expect(await kept.json()).toMatchObject({ detail: expect.stringContaining('kept'), message_id: 'm-1' });
    stack.services.dialogue.launch();
    await stack.services.dialogue.ready();
    expect(await sayUntilAnswered('ann', 'Outlook hangs', 'm-1')).toContain('problem description: Outlook hangs');
    expect(textOf(await stack.say('ann', '/affirm'))).toContain('Outlook hangs');
  });

  it('keeps a message that was accepted while the nlu service was down', async () => {
    await stack.services.nlu.kill();
    expect((await stack.post('bob', 'I want to open an incident', { message_id: 'm-1' })).status).toBe(504);
    stack.services.nlu.launch();
    await stack.services.nlu.ready();
    expect(await sayUntilAnswered('bob', 'I want to open an incident', 'm-1')).toMatch(/email address/i);
    // Either the waiting message or its repetition started the form, but not both.
    expect(textOf(await stack.say('bob', 'bob@example.com'))).toMatch(/urgent/i);
  });

  it('gets an answer while the incident service is down', async () => {
    await stack.services.incident.kill();
    await stack.converse('cleo', ['what is the status of my ticket?']);
    expect(textOf(await stack.say('cleo', 'cleo@example.com'))).toMatch(/can't reach/i);
    stack.services.incident.launch();
    await stack.services.incident.ready();
  });

  it('continues after a restart of the gateway', async () => {
    await stack.converse('dan', ['i have a problem with my email', 'dan@example.com']);
    expect(await stack.services.gateway.stop()).toBe(0);
    stack.services.gateway.launch();
    await stack.services.gateway.ready();
    expect(textOf(await stack.say('dan', 'low'))).toMatch(/problem/i);
  });
});

describe('While the broker is down', () => {
  it('messages are rejected, the health check gives the reason, and the services recover by themselves', async () => {
    await stack.converse('eve', ['i have a problem with my email']);
    stack.broker.cut();
    const refused = await stack.post('eve', 'eve@example.com');
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('not accepted') });
    const { status, body } = await stack.services.gateway.readiness();
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: { bus: { status: 'down', message: expect.any(String) } } });
    stack.broker.mend();
    await stack.ready();
    expect(textOf(await stack.say('eve', 'eve@example.com'))).toMatch(/urgent/i);
  });
});

describe('While the database is down', () => {
  it('the response says that the message is kept, and the message is answered afterwards', async () => {
    await stack.converse('fay', ['i have a problem with my email']);
    stack.database.cut();
    const kept = await stack.post('fay', 'fay@example.com', { message_id: 'm-2' });
    expect(kept.status).toBe(503);
    expect(await kept.json()).toMatchObject({ detail: expect.stringContaining('kept') });
    const { status, body } = await stack.services.dialogue.readiness();
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: { database: { status: 'down' } } });
    stack.database.mend();
    await stack.ready();
    expect(await sayUntilAnswered('fay', 'fay@example.com', 'm-2')).toMatch(/urgent/i);
    expect(textOf(await stack.say('fay', 'low'))).toMatch(/problem/i);
  });
});

describe('Replicas', () => {
  it('share conversations without losing or repeating a turn', async () => {
    await Promise.all([stack.addReplica('dialogue'), stack.addReplica('nlu')]);
    const people = Array.from({ length: 20 }, (_, i) => `person-${i}`);
    const summaries = await Promise.all(
      people.map((person) =>
        stack.converse(person, [
          'i have a problem with my email',
          `${person}@example.com`,
          '/inform{"priority":"medium"}',
          `the mail of ${person} is gone`,
        ]),
      ),
    );
    summaries.forEach((summary, i) => {
      expect(summary).toContain(`email: person-${i}@example.com`);
      expect(summary).toContain(`the mail of person-${i} is gone`);
      expect(summary).toContain('priority: medium');
    });
  });
});

describe('At start', () => {
  it('services wait for the broker and the database, report which one is missing, and become ready when both are up', async () => {
    const late = await Stack.launch({}, true);
    try {
      const gateway = late.services.gateway;
      await waitUntil('the gateway listens', async () => (await gateway.readiness()).status === 503);
      const dialogue = await waitUntil('dialogue listens', async () => {
        const { status, body } = await late.services.dialogue.readiness();
        return status === 503 && body;
      });
      expect(dialogue).toMatchObject({ error: { bus: { status: 'down' }, database: { status: 'down' } } });
      late.broker.mend();
      late.database.mend();
      await late.ready();
      expect(textOf(await late.say('zoe', 'hi'))).not.toBe('');
    } finally {
      await late.stop();
    }
  });

  const startNlu = async (env: Record<string, string>): Promise<{ code: number | null; output: string }> => {
    const process_ = new TestProcess('nlu', process.execPath, ['dist/apps/nlu/src/main.js'], {
      env: { ...process.env, LOG_LEVEL: 'warn', NLU_PORT: String(await freePort()), ...env },
    });
    const code = await process_.ended();
    return { code, output: process_.output.trim() };
  };

  it.each([
    ['a missing model', { MODEL_FILE: '/nowhere/nlu.model' }, /no model at .*helpdesk train/],
    ['a file that is not a model', { MODEL_FILE: 'package.json' }, /package\.json: .*helpdesk train/],
    ['a port that is not a number', { NLU_PORT: 'abc' }, /NLU_PORT .*port/],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, /LOG_LEVEL/],
    ['an invalid broker address', { AMQP_URL: 'localhost' }, /AMQP_URL .*amqp:/],
  ])('%s causes one clear error line and exit code 1', async (_, env: Record<string, string>, expected) => {
    const { code, output } = await startNlu(env);
    expect(output).toMatch(expected);
    expect(output.split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  it('a port in use causes one clear error line and exit code 1', async () => {
    const { code, output } = await startNlu({ NLU_PORT: String(stack.services.nlu.port) });
    expect(output).toMatch(/port \d+ is in use/);
    expect(output.split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });
});
