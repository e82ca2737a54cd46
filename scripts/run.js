/**
 * Runs a developer tool: `node scripts/run.js <name> [arguments]` installs and builds what is missing and then runs
 * `scripts/<name>.ts`, which uses the built product. A fresh clone has no packages, so this file is plain JavaScript.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from '../bin/prepare.js';

prepare();
const { register } = await import('tsx/esm/api');
// With `node --import tsx`, the processes and threads of a benchmark would inherit tsx and become slower.
register();
const [, , name, ...args] = process.argv;
const tool = join(root, 'scripts', `${name}.ts`);
process.argv.splice(1, Infinity, tool, ...args);
await import(pathToFileURL(tool).href);
