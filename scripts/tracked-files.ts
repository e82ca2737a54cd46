import { execFileSync } from 'node:child_process';
import { root } from './checkout.js';

/** Files of the repository by their paths from its top, also those that are new and not ignored. */
export function trackedFiles(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return listed.split('\0').filter((path) => path !== '');
}
