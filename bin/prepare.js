/**
 * Makes a checkout ready to run with nothing but Node and npm: installs the locked packages and builds, each only when
 * something changed. Plain JavaScript without packages, as there are none on a fresh clone.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const INSTALLED = join(root, 'node_modules', '.helpdesk-installed');
const BUILT = join(root, 'dist', '.helpdesk-built');

/** Installs and builds as needed. Ends the process with one clear line when that is not possible. */
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

/** Ends the process with the program's exit code when it fails. */
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
