import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { startProgram } from './action-server-program.js';

const SERVE = `node -e "require('http').createServer((_, r) => r.end(process.env.WORD)).listen({port}, '127.0.0.1')"`;

const answerOf = (url: string): Promise<string | undefined> =>
  fetch(url).then(
    (response) => response.text(),
    () => undefined,
  );

describe('The action server of conversation tests', () => {
  it('listens on a free port during the tests, and ends with them', async () => {
    const env = { ADDRESS: 'http://127.0.0.1:{port}/', WORD: 'here' };
    const program = await startProgram({ command: SERVE, env }, tmpdir());
    expect(program.env['ADDRESS']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await answerOf(program.env['ADDRESS']!)).toBe('here');
    await program.stop();
    expect(await answerOf(program.env['ADDRESS']!)).toBeUndefined();
  });

  it('is named with its output in the error when it ends at once', async () => {
    const command = `node -e "console.error('no such word'); process.exit(3)" {port}`;
    await expect(startProgram({ command }, tmpdir())).rejects.toThrow(/ended with 3\.\nno such word/);
  });
});
