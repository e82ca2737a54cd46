import { execFileSync } from 'node:child_process';
import { root } from './checkout.js';

/** The files of the repository, including new files that are not ignored. Paths are relative to the root folder. */
export function trackedFiles(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return listed.split('\0').filter((path) => path !== '');
}
