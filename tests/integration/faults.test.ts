/**
 * What was accepted is never lost, whatever dies: services, broker or database. Each test breaks one part in the middle
 * of a conversation and proves that the person's message is refused at once or answered in the end, never both lost
 * and promised.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, TestProcess, waitUntil } from '#testing';
import { Stack, textOf } from './stack.js';

// The incident service is given up before the turn is.
const timeLimits = { TURN_TIMEOUT_MS: '3000', INCIDENT_TIMEOUT_MS: '1000' };

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start(timeLimits);
});
afterAll(() => stack.stop());

/** Sends the same message again, under the same id, until it is answered. */
async function sayUntilAnswered(sender: string, message: string, message_id: string): Promise<string> {
  return waitUntil(
    `"${message}" is answered`,
    async () => {
      const response = await stack.post(sender, message, { message_id });
      return response.status !== 200
        ? undefined
        : textOf((await response.json()) as { recipient_id: string; text?: string }[]);
    },
    40_000,
  );
}

describe('A conversation', () => {
  it('goes on after the dialogue service was killed in its middle', async () => {
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

  it('keeps a message that was accepted while the NLU was down', async () => {
    await stack.services.nlu.kill();
    expect((await stack.post('bob', 'I want to open an incident', { message_id: 'm-1' })).status).toBe(504);
    stack.services.nlu.launch();
    await stack.services.nlu.ready();
    expect(await sayUntilAnswered('bob', 'I want to open an incident', 'm-1')).toMatch(/email address/i);
    // The form was opened once, by the message that waited or by its repetition.
    expect(textOf(await stack.say('bob', 'bob@example.com'))).toMatch(/urgent/i);
  });

  it('gets an answer while the incident service is down', async () => {
    await stack.services.incident.kill();
    await stack.converse('cleo', ['what is the status of my ticket?']);
    expect(textOf(await stack.say('cleo', 'cleo@example.com'))).toMatch(/can't reach/i);
    stack.services.incident.launch();
    await stack.services.incident.ready();
  });

  it('survives a restart of the gateway', async () => {
    await stack.converse('dan', ['i have a problem with my email', 'dan@example.com']);
    expect(await stack.services.gateway.stop()).toBe(0);
    stack.services.gateway.launch();
    await stack.services.gateway.ready();
    expect(textOf(await stack.say('dan', 'low'))).toMatch(/problem/i);
  });
});

describe('While the broker is away', () => {
  it('messages are refused, health says why, and everything recovers by itself', async () => {
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

describe('While the database is away', () => {
  it('the person is told that the message is kept, and it is answered afterwards', async () => {
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
  it('share conversations without a turn lost or doubled', async () => {
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
  it('services wait for broker and database, say which is missing, and become ready when they come', async () => {
    const late = await Stack.launch({}, true);
    try {
      const gateway = late.services.gateway;
      await waitUntil('the gateway listens', async () => (await gateway.readiness()).status === 503, 30_000);
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
    ['a file that is no model', { MODEL_FILE: 'package.json' }, /package\.json: .*helpdesk train/],
    ['a port that is no number', { NLU_PORT: 'abc' }, /NLU_PORT .*port/],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, /LOG_LEVEL/],
    ['a broker address that is none', { AMQP_URL: 'localhost' }, /AMQP_URL .*amqp:/],
  ])('%s is one clear line and exit code 1', async (_, env: Record<string, string>, expected) => {
    const { code, output } = await startNlu(env);
    expect(output).toMatch(expected);
    expect(output.split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  it('a port in use is one clear line', async () => {
    const { code, output } = await startNlu({ NLU_PORT: String(stack.services.nlu.port) });
    expect(output).toMatch(/port \d+ is in use/);
    expect(output.split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });
});
