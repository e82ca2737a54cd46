import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockDirectory } from './directory-lock.js';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'helpdesk-lock-')), 'made', 'when', 'missing');
});
afterEach(() => rm(join(directory, '../../..'), { recursive: true, force: true }));

const leaveLockOf = async (owner: string): Promise<void> => {
  const unlock = await lockDirectory(directory);
  await unlock();
  await writeFile(join(directory, 'lock'), owner);
};

describe('The lock on a folder', () => {
  it('names the process that holds it, and leaves no file behind', async () => {
    const unlock = await lockDirectory(directory);
    expect(await readdir(directory)).toEqual(['lock']);
    expect(await readFile(join(directory, 'lock'), 'utf8')).toBe(String(process.pid));
    await unlock();
    expect(await readdir(directory)).toEqual([]);
  });

  it('is refused while the process that holds it lives; the error names the process and the remedy', async () => {
    await leaveLockOf(String(process.ppid));
    await expect(lockDirectory(directory)).rejects.toThrow(new RegExp(`process ${process.ppid}.*--data`));
    expect(await readFile(join(directory, 'lock'), 'utf8')).toBe(String(process.ppid));
    expect(await readdir(directory)).toEqual(['lock']);
  });

  it('is taken over from a process that ended without releasing it', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await leaveLockOf(String(pid));
    const unlock = await lockDirectory(directory);
    expect(await readFile(join(directory, 'lock'), 'utf8')).toBe(String(process.pid));
    await unlock();
  });

  it.each(['', 'nonsense', '0', '-1'])(
    'is taken over when its content is %j instead of a process id',
    async (owner) => {
      await leaveLockOf(owner);
      const unlock = await lockDirectory(directory);
      await unlock();
    },
  );
});
