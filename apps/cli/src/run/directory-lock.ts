import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes a folder this process's own until the returned function is called. A lock that a crashed process left behind
 * is taken over.
 * @throws Error naming the process that has it.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'lock');
  const own = `${file}.${process.pid}`;
  for (;;) {
    try {
      // Linked, not written in place: a lock is never seen without its owner.
      await writeFile(own, String(process.pid));
      await link(own, file);
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(await readFile(file, 'utf8').catch(() => ''));
      if (isAlive(owner)) {
        const advice = 'Stop it, or choose another folder with --data.';
        throw new Error(`${directory} is in use by process ${owner}. ${advice}`, { cause: error });
      }
      await rm(file, { force: true });
    } finally {
      await rm(own, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
