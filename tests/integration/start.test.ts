/** `npm start` in a terminal: it becomes ready, answers, and stops gracefully on Ctrl-C. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, TestProcess, waitUntil } from '#testing';

let data: string;
let port: number;
let started: TestProcess;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'helpdesk-start-'));
  port = await freePort();
  // A detached process leads its own process group, like the foreground job of a terminal.
  started = new TestProcess('npm start', 'npm', ['start', '--', '--port', String(port), '--data', data], {
    detached: true,
  });
  await waitUntil('the product is ready', () => started.output.includes('is ready'));
});
afterEach(async () => {
  if (started.isRunning) process.kill(-(started.child.pid ?? 0), 'SIGKILL');
  await rm(data, { recursive: true, force: true });
});

describe('npm start', () => {
  it('answers, and ends with exit code 0 when Ctrl-C reaches both npm and the program', async () => {
    const answer = await fetch(`http://localhost:${port}/webhooks/rest/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sender: 'ann', message: 'hi' }),
    });
    expect(await answer.json()).toContainEqual(expect.objectContaining({ text: expect.stringContaining('password') }));
    const ended = started.ended();
    process.kill(-(started.child.pid ?? 0), 'SIGINT');
    expect(await ended).toBe(0);
    expect(started.output).toContain('Finishing open conversations');
  });
});
