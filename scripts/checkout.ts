import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

/** The top of the repository. */
export const root = dirname(import.meta.dirname);

/** Says what begins, on standard error, as results go to standard output. */
export function step(message: string): void {
  console.error(`› ${message}`);
}

/** Runs a program of Node with this terminal; ends the process with its exit code when it fails. */
export function runNode(args: readonly string[]): void {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
