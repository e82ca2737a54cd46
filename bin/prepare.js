/**
 * Prepares a checkout with nothing but Node and npm: installs the locked packages and builds the product, each only if
 * something has changed. A fresh clone has no packages, so this file is plain JavaScript and imports none.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const INSTALLED = join(root, 'node_modules', '.helpdesk-installed');
const BUILT = join(root, 'dist', '.helpdesk-built');

/** Installs and builds what is needed. Ends the process with one clear error line if that is not possible. */
export function prepare() {
  checkNode();
  const lock = hashOf([join(root, 'package.json'), join(root, 'package-lock.json')]);
  if (read(INSTALLED) !== lock) {
    step('Installing packages (first start or new versions)…');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false']);
    writeFileSync(INSTALLED, lock);
  }
  const sources = hashOf([
    join(root, 'package-lock.json'),
    ...['tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'].map((name) => join(root, name)),
    ...['apps', 'libs'].flatMap((folder) => sourceFiles(join(root, folder))),
  ]);
  if (read(BUILT) !== sources) {
    step('Building…');
    run(process.execPath, [join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'build']);
    mkdirSync(dirname(BUILT), { recursive: true });
    writeFileSync(BUILT, sources);
  }
}

/** Runs a program. If it fails, ends this process with the same exit code. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error) fail(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function step(message) {
  console.error(`› ${message}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Node ${process.versions.node} is too old: install Node 20.19 or newer (24 is recommended).`);
  }
}

function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.spec|\.fixture)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex');
}

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
