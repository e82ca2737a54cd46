import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Locks a folder for this process until the returned function is called. Takes over the lock of a crashed process.
 * @throws Error naming the process that holds the lock
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'lock');
  const own = `${file}.${process.pid}`;
  for (;;) {
    try {
      // The file is linked, not written in place, so that nobody sees a lock without its owner.
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
