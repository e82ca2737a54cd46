import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Prints progress while a test run looks for its servers. */
export const announce = (message: string): void => console.error(`› ${message}`);

/** Absolute path of the first of these programs that is on PATH or in one of the folders, or `undefined`. */
export function findProgram(names: string[], folders: string[] = []): string | undefined {
  const places = [...folders, ...(process.env['PATH'] ?? '').split(':').filter(Boolean)];
  return names.flatMap((name) => places.map((place) => join(place, name))).find((file) => existsSync(file));
}

/** The `bin` folders of versioned installations such as `/usr/lib/postgresql/15/bin`, newest first. */
export function versionedFolders(parent: string): string[] {
  if (!existsSync(parent)) return [];
  const versions = readdirSync(parent).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(parent, version, 'bin'));
}

/**
 * Installs a Debian package, or several that are separated by spaces. This works for root on Debian or Ubuntu.
 * @throws Error that names what to install by hand otherwise
 */
export function installPackage(name: string, alternatives: string): void {
  if (process.getuid?.() !== 0 || !findProgram(['apt-get'])) {
    throw new Error(`The tests need ${alternatives}, or the package ${name} installed (apt-get install ${name}).`);
  }
  announce(`Installing the package ${name}…`);
  // With run level 1, the package does not start its own server.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const install = ['install', '-y', '-q', '--no-install-recommends', ...name.split(' ')];
  const isInstalled = (): boolean => spawnSync('apt-get', install, { env, encoding: 'utf8' }).status === 0;
  if (isInstalled()) return;
  spawnSync('apt-get', ['update', '-q'], { env });
  const { status, stderr } = spawnSync('apt-get', install, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`apt-get install ${name} failed: ${stderr.trim().split('\n').at(-1)}`);
}
