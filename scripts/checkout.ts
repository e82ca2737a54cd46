import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

/** The root folder of the repository. */
export const root = dirname(import.meta.dirname);

/** Prints the start of a step to standard error. Standard output is for results. */
export function step(message: string): void {
  console.error(`› ${message}`);
}

/** Runs Node with these arguments in this terminal. If it fails, ends this process with the same exit code. */
export function runNode(args: readonly string[]): void {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
