/** Checks that no source file except specs is too long, and that no folder contains too many files. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../checkout.js';
import { trackedFiles } from '../tracked-files.js';

const MOST_LINES = 350;
const MOST_FILES = 20;

/** Folders that may contain more files, with the reason. */
const LARGE_FOLDERS: Readonly<Record<string, string>> = {};

const files = trackedFiles().filter(
  (file) => /^(apps|libs|scripts|tests)\//.test(file) && existsSync(join(root, file)),
);
const tooLong = files
  .filter((file) => /^(apps|libs|scripts)\/.*\.[cm]?[jt]s$/.test(file) && !/\.(spec|fixture)\.ts$/.test(file))
  .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length }))
  .filter(({ lines }) => lines > MOST_LINES)
  .map(({ file, lines }) => `${file} has ${lines} lines; at most ${MOST_LINES}`);

const filesIn = new Map<string, number>();
for (const folder of files.map(dirname)) filesIn.set(folder, (filesIn.get(folder) ?? 0) + 1);
const tooFull = [...filesIn]
  .filter(([folder, count]) => count > MOST_FILES && LARGE_FOLDERS[folder] === undefined)
  .map(([folder, count]) => `${folder} contains ${count} files; at most ${MOST_FILES}`);

const unneeded = Object.keys(LARGE_FOLDERS)
  .filter((folder) => (filesIn.get(folder) ?? 0) <= MOST_FILES)
  .map((folder) => `${folder} no longer needs an exception`);

const problems = [...tooLong, ...tooFull, ...unneeded];
if (problems.length > 0) {
  console.error(problems.sort().join('\n'));
  process.exitCode = 1;
}
